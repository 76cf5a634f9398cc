import { certificateRefusal } from '../../certificates.js';
import { causesOf, messageOf, MvsError } from '../../errors.js';
import type { ServerAddress } from './address.js';

/**
 * What a failed request means, whatever the protocol:
 * `away`: down, overloaded, starting, or answering nonsense; waited for, because it says nothing about the pictures.
 * `missing`: it does not have the model.
 * `refused`: it understood and does not want these pictures.
 * `forbidden`: it wants another token or certificate.
 */
export type Fault = 'away' | 'missing' | 'refused' | 'forbidden';

export function failure(kind: Fault, { url }: ServerAddress, why: string, cause?: unknown): MvsError {
  const because = cause === undefined ? {} : { cause };
  switch (kind) {
    case 'away':
      return new MvsError('ENGINE_UNAVAILABLE', `the model server at ${url} ${why}`, {
        ...because,
        retriable: true,
        hint: 'Check that it runs there and has loaded the model: mvs status --model URL.',
      });
    case 'missing':
      return new MvsError('MODEL_INVALID', `the model server at ${url} does not have this model: ${why}`, {
        ...because,
        hint: 'Correct the name or version in --model, or load the model there.',
      });
    case 'refused':
      return new MvsError('ENGINE_FAILED', `the model server at ${url} refuses these pictures: ${why}`, {
        ...because,
        hint: 'See its log. If a request is too large for it or a proxy, try a smaller --batch.',
      });
    case 'forbidden':
      return new MvsError('CONFIG', `the model server at ${url} does not let us in: ${why}`, {
        ...because,
        hint: 'Set the token in the variable MVS_SERVING_TOKEN, or its file with --serving-token-file.',
      });
  }
}

/** A request that got no answer at all. An error of ours is the reason why we gave it up. */
export function noAnswer(address: ServerAddress, cause: unknown): MvsError {
  if (cause instanceof MvsError) return cause;
  const title = `the model server at ${address.url}`;
  const names = { title, address: '--model', authority: '--serving-ca (MVS_SERVING_CA)' };
  const refusal = certificateRefusal(cause, names);
  if (refusal) return new MvsError('CONFIG', refusal.what, { cause, hint: refusal.hint });
  return failure('away', address, `does not answer: ${reasonOf(cause)}`, cause);
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
  if (status === 401 || status === 403) return 'forbidden';
  if (status === 404) return 'missing';
  return status >= 400 && status < 500 && ![408, 425, 429].includes(status) ? 'refused' : 'away';
}
