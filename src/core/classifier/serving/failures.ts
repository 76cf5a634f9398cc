import { certificateRefusal } from '../../base/certificates.js';
import { causesOf, messageOf, MvsError, type ErrorCode } from '../../base/errors.js';
import type { ServerAddress } from './address.js';

/**
 * The meaning of a failed request, in any protocol:
 * `unavailable`: down, overloaded, starting, or sending invalid answers. Retried, because the pictures are not the reason.
 * `missing`: the server does not have the model.
 * `refused`: it understood the request and refuses these pictures, or all pictures at the moment.
 * `large`: the server, or a proxy, rejects a request of this size.
 * `broken`: it returns scores that are not numbers.
 * `forbidden`: it requires another token.
 * `stranger`: it requires another certificate.
 */
export type Fault = 'unavailable' | 'missing' | 'refused' | 'large' | 'broken' | 'forbidden' | 'stranger';

interface Meaning {
  readonly code: ErrorCode;
  /** The text between the name of the server and the reason. */
  readonly what: string;
  readonly retriable?: boolean;
  readonly hint: (address: ServerAddress) => string;
}

const meanings: Readonly<Record<Fault, Meaning>> = {
  unavailable: { code: 'ENGINE_UNAVAILABLE', what: '', retriable: true, hint: whereToLook },
  missing: {
    code: 'MODEL_INVALID',
    what: 'does not have this model: ',
    hint: () => 'Correct the name or version in --model, or load the model there.',
  },
  refused: {
    code: 'ENGINE_FAILED',
    what: 'refuses these pictures: ',
    hint: () => 'See its log for the reason.',
  },
  large: {
    code: 'CONFIG',
    what: 'rejects a request of this size: ',
    hint: () =>
      'Raise the limit there, or in the proxy before it: a smaller request than one picture is not possible.',
  },
  broken: {
    code: 'ENGINE_FAILED',
    what: 'returns scores that are not numbers',
    retriable: true,
    hint: () => 'Check the output of the network for these pictures, and "mean" and "std" in its model.yaml.',
  },
  forbidden: {
    code: 'CONFIG',
    what: 'denies access: ',
    hint: () => 'Set the token in the variable MVS_SERVING_TOKEN, or its file with --serving-token-file.',
  },
  stranger: {
    code: 'CONFIG',
    what: 'requires a client certificate that it trusts: ',
    hint: () => `Give one with ${clientFlags}.`,
  },
};

const clientFlags = '--serving-cert and --serving-key (MVS_SERVING_CERT, MVS_SERVING_KEY)';

/** A failure of a model server, or of the connection to it. */
class ServingError extends MvsError {
  constructor(
    readonly fault: Fault,
    address: ServerAddress,
    why: string,
    { cause, hint }: { readonly cause?: unknown; readonly hint?: string },
  ) {
    const { code, what, retriable = false, hint: usual } = meanings[fault];
    super(code, `the model server at ${address.url} ${what}${why}`, {
      cause,
      retriable,
      hint: hint ?? usual(address),
    });
  }
}

export function failure(fault: Fault, address: ServerAddress, why: string, cause?: unknown): MvsError {
  return new ServingError(fault, address, why, { cause });
}

/** Undefined for errors that no server has caused, such as an interrupt. */
export function faultOf(error: unknown): Fault | undefined {
  return error instanceof ServingError ? error.fault : undefined;
}

/** The error of a request without any answer. An MvsError is the reason why the request was ended here. */
export function noAnswer(address: ServerAddress, cause: unknown): MvsError {
  if (cause instanceof MvsError) return cause;
  const title = `the model server at ${address.url}`;
  const names = { title, address: '--model', authority: '--serving-ca (MVS_SERVING_CA)' };
  const refusal = certificateRefusal(cause, names);
  if (refusal) return new MvsError('CONFIG', refusal.what, { cause, hint: refusal.hint });
  const why = reasonOf(cause);
  // The prefix of these names differs between versions of OpenSSL.
  if (isMarked(cause, /_ALERT_(CERTIFICATE_\w+|BAD_CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE)$/)) {
    return failure('stranger', address, why, cause);
  }
  // With TLS 1.3 the connection may end before the alert arrives.
  const perhaps =
    address.secure && isMarked(cause, /^(UND_ERR_SOCKET|ECONNRESET)$/)
      ? { hint: `If it requires a client certificate, give ${clientFlags}. ${whereToLook(address)}` }
      : {};
  return new ServingError('unavailable', address, `does not answer: ${why}`, { cause, ...perhaps });
}

function isMarked(error: unknown, pattern: RegExp): boolean {
  return causesOf(error).some((cause) => 'code' in cause && pattern.test(String(cause.code)));
}

/** The innermost message that is not empty: undici's outermost is "fetch failed" or empty. */
function reasonOf(error: unknown): string {
  const texts = causesOf(error)
    .flatMap((cause) =>
      'errors' in cause && Array.isArray(cause.errors) ? (cause.errors as unknown[]) : [cause],
    )
    .map((cause) => messageOf(cause).split('\n', 1)[0]?.trim() ?? '');
  return texts.findLast(Boolean) ?? 'no reason given';
}

/** The meaning of an HTTP status. 500 is `unavailable` too: a broken server looks like pictures that break it, and no frame may be lost. */
export function faultOfStatus(status: number): Fault {
  if (status === 401 || status === 403 || status === 407) return 'forbidden';
  if (status === 404) return 'missing';
  if (status === 413) return 'large';
  // Only statuses about the request itself: 409, 412, 499 and others are states of TensorFlow Serving.
  return status === 400 || status === 422 ? 'refused' : 'unavailable';
}

/** Both protocols report over HTTP whether the model is ready. */
function whereToLook({ engine, transport, url }: ServerAddress): string {
  const what = 'Check that it runs there and has loaded the model';
  if (transport === 'grpc') return `${what}: see its log.`;
  return `${what}; its state is at ${url}${engine === 'kserve' ? '/ready' : ''}`;
}
