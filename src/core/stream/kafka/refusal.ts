import type { Admin } from 'kafkajs';
import { certificateRefusal, type Peer, type Refusal } from '../../base/certificates.js';
import { causesOf, MvsError } from '../../base/errors.js';
import { serverHints } from '../../base/hints.js';
import type { KafkaSecurity } from './security.js';

const broker: Peer = { title: 'the broker', address: '--brokers', authority: '--tls-ca or MVS_TLS_CA' };
const badLogin: Refusal = {
  what: 'the broker refuses this login',
  hint: 'Check --sasl-mechanism, --sasl-username, and the password in MVS_SASL_PASSWORD or --sasl-password-file, or the token of --sasl-token-command.',
};
const notAllowed: Refusal = {
  what: 'the broker does not permit this user to do that',
  hint: 'Have the rights granted (ACLs: read and write on the topic, read on the group), or log in as another user.',
};
const clientUnknown: Refusal = {
  what: 'the broker requires a client certificate that it trusts',
  hint: 'Give one with --tls-cert and --tls-key (MVS_TLS_CERT, MVS_TLS_KEY).',
};

/** Only on the first contact: later, kafkajs meets this state in connections that broke off, and recovers. */
const noLoginHere: Refusal = {
  what: 'the broker does not accept logins on this port',
  hint: 'Name its SASL port in --brokers, or leave --sasl-mechanism (MVS_SASL_MECHANISM) out.',
};

/** By the name of an error, its type in Kafka's protocol or its code in Node. Waiting does not help with any of them. */
const refusals: readonly (readonly [RegExp, Refusal])[] = [
  [/^KafkaJSSASLAuthenticationError$/, badLogin],
  [
    /^UNSUPPORTED_SASL_MECHANISM$/,
    {
      what: 'the broker does not offer this SASL mechanism',
      hint: 'Choose another one with --sasl-mechanism or MVS_SASL_MECHANISM.',
    },
  ],
  [/^\w+_AUTHORIZATION_FAILED$/, notAllowed],
  // The names of these alerts begin differently from one OpenSSL to the next.
  [/_ALERT_(CERTIFICATE_\w+|BAD_CERTIFICATE|UNKNOWN_CA)$/, clientUnknown],
];

/** Undefined for what may pass. */
export function refusalOf(error: unknown): Refusal | undefined {
  const found = refusals.find(([pattern]) => isMarked(error, pattern));
  return found ? found[1] : certificateRefusal(error, broker);
}

function isMarked(error: unknown, pattern: RegExp): boolean {
  return causesOf(error).some((cause) => {
    const { name, type, code } = cause as Record<string, unknown>;
    return [name, type, code].some((mark) => typeof mark === 'string' && pattern.test(mark));
  });
}

export interface Access {
  readonly brokers: readonly string[];
  /** They are the local stack, or would be if it ran. */
  readonly local?: boolean;
  readonly security?: KafkaSecurity | undefined;
}

/**
 * Connects and asks a first question, because a broker that wants a login answers only by hanging up on that.
 * @returns the answer to it
 * @throws MvsError CONFIG where the broker refuses, BROKER_UNAVAILABLE where it does not answer
 */
export async function connect<T>(admin: Admin, access: Access, question: () => Promise<T>): Promise<T> {
  let connected = false;
  try {
    await admin.connect();
    connected = true;
    return await question();
  } catch (cause) {
    throw connectError(cause, access, connected);
  }
}

/** What kafkajs wraps where it was thrown by us in the middle of a login. */
export function ownError(error: unknown): MvsError | undefined {
  return causesOf(error).find((cause) => cause instanceof MvsError);
}

function connectError(cause: unknown, access: Access, connected: boolean): MvsError {
  const { brokers, security = {} } = access;
  const addresses = brokers.join(', ');
  const own = ownError(cause);
  if (own) return own;
  const refusal = isMarked(cause, /^ILLEGAL_SASL_STATE$/) ? noLoginHere : refusalOf(cause);
  if (refusal) {
    const { what, hint } = refusal;
    return new MvsError('CONFIG', `connecting to Kafka at ${addresses}: ${what}`, { cause, hint });
  }
  if (isMarked(cause, /^(KafkaJSConnectionClosedError|ECONNRESET|EPIPE|EPROTO|ERR_SSL_\w+)$/)) {
    return new MvsError('BROKER_UNAVAILABLE', `the broker at ${addresses} closes the connection`, {
      cause,
      retriable: true,
      hint: hangUpHint(security, connected),
    });
  }
  return noAnswer(access, cause);
}

export function noAnswer({ brokers, local = false }: Access, cause?: unknown): MvsError {
  return new MvsError('BROKER_UNAVAILABLE', `no Kafka broker answers at ${brokers.join(', ')}`, {
    cause,
    retriable: true,
    hint: local ? serverHints.broker : serverHints.givenBroker,
  });
}

/** Neither side of a TLS connection says anything that the other would understand. */
function hangUpHint({ tls, login }: KafkaSecurity, connected: boolean): string {
  if (!connected && tls)
    return 'If it does not speak TLS on this port, name its TLS port, or leave --tls out.';
  if (!connected) return 'If it speaks TLS on this port, add --tls (MVS_TLS=1).';
  if (!login) return 'If it wants a login, give --sasl-mechanism, --sasl-username and MVS_SASL_PASSWORD.';
  return 'Look at the log of the broker.';
}
