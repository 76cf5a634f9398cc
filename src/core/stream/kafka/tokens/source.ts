import { messageOf, MvsError } from '../../../base/errors.js';
import { forgetSecret, keepSecret } from '../../../base/redact.js';

/** What a broker is shown instead of a password. */
export interface Token {
  readonly value: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export type TokenSource = () => Promise<Token>;

/** A new token is asked for so long before the old one expires, or when half of its life is over, where that is later. */
const spareMs = 30_000;
/**
 * A session ends with its token, and kafkajs logs in again 10 s before that. With a token that has no more left it would do
 * so for every request, which brokers take for an error once it happens within a second. So a new token is asked for before that too.
 */
const leastMs = 12_000;
/** A shorter life is too short for that: no connection would find a token that is fresh. */
const shortestMs = leastMs + 1_000;

function spareOf(lifeMs: number): number {
  return Math.min(spareMs, lifeMs < shortestMs ? lifeMs / 2 : Math.max(leastMs, lifeMs / 2));
}

/**
 * One token for all connections, until it is about to expire; then a new one. While none can be had, the old one serves as
 * long as it is of use. Shown nowhere: it is masked like a password.
 * @throws MvsError what `fetch` throws, the first time; later BROKER_UNAVAILABLE, because that may pass.
 */
export function cachedTokens(fetch: TokenSource, now: () => number = Date.now): TokenSource {
  let current: (Token & { readonly freshUntil: number }) | undefined;
  let pending: Promise<Token> | undefined;

  const renew: TokenSource = async () => {
    try {
      const token = await fetch();
      keepSecret(token.value);
      if (current !== undefined && current.value !== token.value) forgetSecret(current.value);
      current = { ...token, freshUntil: token.expiresAt - spareOf(token.expiresAt - now()) };
      return current;
    } catch (error) {
      if (current === undefined) throw error;
      if (now() < current.expiresAt - leastMs) return current;
      const hint = error instanceof MvsError ? error.hint : undefined;
      throw new MvsError('BROKER_UNAVAILABLE', `no new token for Kafka: ${messageOf(error)}`, {
        retriable: true,
        ...(hint === undefined ? {} : { hint }),
      });
    } finally {
      pending = undefined;
    }
  };
  return async () => {
    if (current !== undefined && now() < current.freshUntil) return current;
    return (pending ??= renew());
  };
}
