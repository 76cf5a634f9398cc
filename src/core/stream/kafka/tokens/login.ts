import kafkajs, { type Mechanism } from 'kafkajs';
import { MvsError } from '../../../base/errors.js';
import { showingOutages } from '../internals/patient-login.js';
import { tokenOfCommand } from './command.js';
import { tokenOfMsk } from './msk.js';
import { cachedTokens, type TokenSource } from './source.js';

// Node finds this name of a CommonJS package only here.
const { KafkaJSConnectionError } = kafkajs;

/** How to get a token: Amazon's library signs one, for others a command prints it. */
export type TokenLogin =
  | { readonly mechanism: 'oauthbearer'; readonly command: string }
  | { readonly mechanism: 'aws-msk-iam'; readonly region: string };

/** One for each login, so that all clients of this process share its token. */
const sources = new Map<string, TokenSource>();

function sourceOf(login: TokenLogin): TokenSource {
  const key = JSON.stringify(login);
  const source =
    sources.get(key) ??
    cachedTokens(() =>
      login.mechanism === 'oauthbearer' ? tokenOfCommand(login.command) : tokenOfMsk(login.region),
    );
  sources.set(key, source);
  return source;
}

/**
 * SASL OAUTHBEARER (RFC 7628) for kafkajs. Its own provider does not read the answer, in which a broker says why
 * it refuses a token; the next request then fails with something that means nothing.
 */
export function tokenLogin(login: TokenLogin): Mechanism {
  const tokens = sourceOf(login);
  return {
    mechanism: 'oauthbearer',
    authenticationProvider: showingOutages(({ saslAuthenticate }) => ({
      authenticate: async () => {
        const { value } = await tokens().catch(asOutage);
        const refusal = await saslAuthenticate({
          request: { encode: () => withLength(Buffer.from(`n,,\u0001auth=Bearer ${value}\u0001\u0001`)) },
          response: { decode: (raw) => Promise.resolve(raw.subarray(4)), parse: String },
        });
        if (refusal) throw refused(refusal);
      },
    })),
  };
}

function withLength(content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(content.length);
  return Buffer.concat([length, content]);
}

function refused(answer: string): Error {
  const marks = { name: 'KafkaJSSASLAuthenticationError', retriable: false };
  return Object.assign(new Error(`SASL OAUTHBEARER: ${answer}`), marks);
}

/** kafkajs tries again after a failure of the connection, on a new one; any other would leave this one half logged in. */
function asOutage(error: unknown): never {
  if (!(error instanceof MvsError && error.retriable)) throw error;
  throw Object.assign(new KafkaJSConnectionError(error.message), { cause: error });
}
