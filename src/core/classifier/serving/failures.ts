import { certificateRefusal } from '../../base/certificates.js';
import { causesOf, messageOf, MvsError, type ErrorCode } from '../../base/errors.js';
import type { ServerAddress } from './address.js';

/**
 * What a failed request means, whatever the protocol:
 * `away`: down, overloaded, starting, or answering nonsense; waited for, because it says nothing about the pictures.
 * `missing`: it does not have the model.
 * `refused`: it understood and does not want these pictures, or does not want any at the moment.
 * `large`: it, or a proxy, takes no request of this size.
 * `broken`: it answers, with scores that are no numbers.
 * `forbidden`: it wants another token.
 * `stranger`: it wants another certificate.
 */
export type Fault = 'away' | 'missing' | 'refused' | 'large' | 'broken' | 'forbidden' | 'stranger';

interface Meaning {
  readonly code: ErrorCode;
  /** What stands behind the name of the server, before why. */
  readonly what: string;
  readonly retriable?: boolean;
  readonly hint: (address: ServerAddress) => string;
}

const meanings: Readonly<Record<Fault, Meaning>> = {
  away: { code: 'ENGINE_UNAVAILABLE', what: '', retriable: true, hint: whereToLook },
  missing: {
    code: 'MODEL_INVALID',
    what: 'does not have this model: ',
    hint: () => 'Correct the name or version in --model, or load the model there.',
  },
  refused: {
    code: 'ENGINE_FAILED',
    what: 'refuses these pictures: ',
    hint: () => 'See its log for what it does not like about them.',
  },
  large: {
    code: 'CONFIG',
    what: 'takes no request of this size: ',
    hint: () =>
      'Raise the limit there, or in the proxy before it: a request with one picture is as small as it gets.',
  },
  broken: {
    code: 'ENGINE_FAILED',
    what: 'answers with scores that are no numbers',
    retriable: true,
    hint: () =>
      'Check there what the network makes of these pictures, and "mean" and "std" of its model.yaml.',
  },
  forbidden: {
    code: 'CONFIG',
    what: 'does not let us in: ',
    hint: () => 'Set the token in the variable MVS_SERVING_TOKEN, or its file with --serving-token-file.',
  },
  stranger: {
    code: 'CONFIG',
    what: 'wants a certificate of the client that it trusts: ',
    hint: () => `Give one with ${clientFlags}.`,
  },
};

const clientFlags = '--serving-cert and --serving-key (MVS_SERVING_CERT, MVS_SERVING_KEY)';

/** An error that a model server, or the way to it, has given. */
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

/** Undefined for what no server has said, as an interrupt. */
export function faultOf(error: unknown): Fault | undefined {
  return error instanceof ServingError ? error.fault : undefined;
}

/** A request that got no answer at all. An error of ours is the reason why we gave it up. */
export function noAnswer(address: ServerAddress, cause: unknown): MvsError {
  if (cause instanceof MvsError) return cause;
  const title = `the model server at ${address.url}`;
  const names = { title, address: '--model', authority: '--serving-ca (MVS_SERVING_CA)' };
  const refusal = certificateRefusal(cause, names);
  if (refusal) return new MvsError('CONFIG', refusal.what, { cause, hint: refusal.hint });
  const why = reasonOf(cause);
  // The names of these alerts begin differently from one OpenSSL to the next.
  if (isMarked(cause, /_ALERT_(CERTIFICATE_\w+|BAD_CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE)$/)) {
    return failure('stranger', address, why, cause);
  }
  // With TLS 1.3 the alert may be lost behind the end of the connection.
  const perhaps =
    address.secure && isMarked(cause, /^(UND_ERR_SOCKET|ECONNRESET)$/)
      ? { hint: `If it wants a certificate of the client, give ${clientFlags}. ${whereToLook(address)}` }
      : {};
  return new ServingError('away', address, `does not answer: ${why}`, { cause, ...perhaps });
}

function isMarked(error: unknown, pattern: RegExp): boolean {
  return causesOf(error).some((cause) => 'code' in cause && pattern.test(String(cause.code)));
}

/** The innermost message that says anything: undici's outermost is "fetch failed" or empty. */
function reasonOf(error: unknown): string {
  const texts = causesOf(error)
    .flatMap((cause) =>
      'errors' in cause && Array.isArray(cause.errors) ? (cause.errors as unknown[]) : [cause],
    )
    .map((cause) => messageOf(cause).split('\n', 1)[0]?.trim() ?? '');
  return texts.findLast(Boolean) ?? 'no reason given';
}

/** What an HTTP status means. 500 is `away` too: nothing tells a broken server from pictures that break it, and nothing may be lost. */
export function faultOfStatus(status: number): Fault {
  if (status === 401 || status === 403 || status === 407) return 'forbidden';
  if (status === 404) return 'missing';
  if (status === 413) return 'large';
  // Only what speaks of the request itself: 409, 412 and 499, as others, are states of a TensorFlow Serving.
  return status === 400 || status === 422 ? 'refused' : 'away';
}

/** Both protocols tell over HTTP whether the model is ready. */
function whereToLook({ engine, transport, url }: ServerAddress): string {
  const what = 'Check that it runs there and has loaded the model';
  if (transport === 'grpc') return `${what}: see its log.`;
  return `${what}; it tells at ${url}${engine === 'kserve' ? '/ready' : ''}`;
}
