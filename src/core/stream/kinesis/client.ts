import { KinesisClient, KinesisServiceException } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { causesOf, messageOf, MvsError } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import { keepSecret } from '../../base/redact.js';

const quietMs = 60_000;

/** A client of one region, and the time there as its answers show it. */
export interface Connection {
  readonly client: KinesisClient;
  /** The latest time in an answer of Kinesis, in ms since the epoch; 0 before the first answer. */
  readonly serverTime: () => number;
}

/** Credentials and endpoint come from where the SDK looks: AWS_… variables, profiles, the role of the machine. */
export function connect(region: string): Connection {
  for (const secret of [process.env.AWS_SECRET_ACCESS_KEY, process.env.AWS_SESSION_TOKEN]) {
    if (secret !== undefined) keepSecret(secret);
  }
  // Which versions of Node mvs runs on is said by mvs.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const client = new KinesisClient({
    region,
    maxAttempts: 3,
    customUserAgent: 'mvs',
    // HTTP/1.1: all requests of the SDK's HTTP/2 share a session, and an error of that ends the process.
    requestHandler: new NodeHttpHandler({
      connectionTimeout: 3000,
      requestTimeout: 60_000,
      throwOnRequestTimeout: true,
    }),
  });
  let serverTime = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      serverTime = Math.max(serverTime, dateOf(result.response));
      return result;
    },
    { step: 'deserialize', name: 'serverTime' },
  );
  return { client, serverTime: () => serverTime };
}

/** Of the HTTP header, in whole seconds; 0 where there is none. */
function dateOf(response: unknown): number {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return 0;
  const { date } = response.headers as Record<string, string | undefined>;
  return Date.parse(date ?? '') || 0;
}

/** What AWS calls credentials that are missing, wrong, expired or not allowed to do this. */
const refusals = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'KMSAccessDeniedException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'NotAuthorized',
  'OptInRequired',
  'SignatureDoesNotMatch',
  'TokenProviderError',
  'UnrecognizedClientException',
]);

/** Errors of the caller's making that pass by themselves. */
const passing =
  /Throttl|ProvisionedThroughputExceeded|LimitExceeded|ResourceInUse|RequestTimeout|ExpiredIterator|ExpiredNextToken/;

/** @throws MvsError as `kinesisError` makes it, `doing` what to `topic` */
export async function attempt<T>(doing: string, topic: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw kinesisError(error, doing, topic);
  }
}

/** Kinesis answers, and takes the credentials, but not so many requests at once. */
export function isThrottled(error: unknown): boolean {
  return causesOf(error).some((cause) => 'name' in cause && /Throttl|LimitExceeded/.test(String(cause.name)));
}

/** The stream is being created or deleted, and takes no records. */
export function isNotActive(error: unknown): boolean {
  return causesOf(error).some((cause) => 'name' in cause && cause.name === 'ResourceInUseException');
}

/** Turns what the SDK throws into an error of ours. */
export function kinesisError(cause: unknown, doing: string, topic: string): MvsError {
  if (cause instanceof MvsError) return cause;
  const [name] = causesOf(cause).flatMap((error) => ('name' in error ? String(error.name) : []));
  if (name === 'ResourceNotFoundException') {
    return new MvsError('TOPIC_MISSING', `${doing}: the stream ${topic} does not exist`, {
      cause,
      hint: 'Create it with "mvs topic:create", with the same --stream.',
    });
  }
  if (name !== undefined && refusals.has(name)) {
    return new MvsError('CONFIG', `${doing}: AWS refuses the credentials: ${messageOf(cause)}`, {
      cause,
      hint: 'Give AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, of a user who may do this: docs/streams.md lists the actions.',
    });
  }
  if (isRefused(cause)) {
    return new MvsError('USAGE', `${doing}: Kinesis refuses: ${messageOf(cause)}`, { cause });
  }
  return new MvsError('BROKER_UNAVAILABLE', `${doing}: ${nameOf(name)}${messageOf(cause)}`, {
    cause,
    retriable: true,
    hint: 'Check the region in --stream, and the network.',
  });
}

function isRefused(cause: unknown): boolean {
  if (!(cause instanceof KinesisServiceException) || passing.test(cause.name)) return false;
  const { httpStatusCode = 500 } = cause.$metadata;
  return cause.$fault === 'client' && httpStatusCode < 500 && httpStatusCode !== 429;
}

function nameOf(name: string | undefined): string {
  return name === undefined || name === 'Error' ? '' : `${name}: `;
}

/** Lets a warning through once a minute: otherwise each read and each publish would warn that a stream is throttled. */
export function calm(log: Log): Log {
  const warned = new Map<string, number>();
  return {
    ...log,
    warn(message, fields) {
      const now = performance.now();
      for (const [text, at] of warned) if (now - at >= quietMs) warned.delete(text);
      if (warned.has(message)) return;
      warned.set(message, now);
      log.warn(message, fields);
    },
  };
}
