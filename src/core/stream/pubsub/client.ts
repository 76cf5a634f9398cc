import type { v1 } from '@google-cloud/pubsub';
import { causesOf, messageOf, MvsError } from '../../base/errors.js';
import { grpcReason } from '../../base/grpc-message.js';
import type { Log } from '../../base/log.js';

export interface PubSubConfig {
  readonly project: string;
  readonly topic: string;
  /** Whose subscription is created along with a topic: Pub/Sub keeps nothing for groups that come later. */
  readonly group: string;
  readonly log: Log;
}

interface Clients {
  readonly publisher: v1.PublisherClient;
  readonly subscriber: v1.SubscriberClient;
  /** How fast the clock of the service runs: an emulator for tests may be faster, so that deadlines are over sooner. */
  readonly clockRate: number;
}

/** The clients and the names of one open stream. */
export interface Connection extends PubSubConfig, Clients {}

/** One attempt: how often to try, and for how long, is decided here and not by the client. */
export const once = { timeout: 10_000, retry: null };

/**
 * Google's generated clients, with its usual credentials or, where PUBSUB_EMULATOR_HOST is set, without any.
 * Its own `Topic` and `Subscription` are not used: they batch and hand out by themselves, so that it is not known when an
 * acknowledgement has arrived, or holds back the next message while the last ones wait to be taken.
 */
export async function connect(config: PubSubConfig): Promise<Connection> {
  const { PubSub, v1 } = await import('@google-cloud/pubsub');
  const pubsub = new PubSub({ projectId: config.project });
  const { port, ...rest } = await pubsub.getClientConfig();
  const options = {
    ...rest,
    ...(port === undefined ? {} : { port: Number(port) }),
    // Otherwise the client looks for real ones, on the network too, though it will not use them.
    ...(pubsub.isEmulator ? { credentials: { client_email: 'nobody', private_key: 'none' } } : {}),
  };
  const clients = {
    publisher: new v1.PublisherClient(options),
    subscriber: new v1.SubscriberClient(options),
    clockRate: pubsub.isEmulator ? Number(process.env.MVS_EMULATOR_CLOCK ?? 1) : 1,
  };
  await haveCredentials(clients);
  return { ...config, ...clients };
}

/** Clients that have none cannot even be closed, and each of their calls leaves a rejection that is not handled. */
async function haveCredentials({ publisher, subscriber }: Clients): Promise<void> {
  try {
    await Promise.all([publisher.initialize(), subscriber.initialize()]);
  } catch (error) {
    await Promise.allSettled([publisher.close(), subscriber.close()]);
    throw pubSubError(error, 'connecting to Pub/Sub');
  }
}

export async function disconnect({ publisher, subscriber }: Connection): Promise<void> {
  await Promise.all([publisher.close(), subscriber.close()]);
}

/** Codes of failed answers: google.rpc.Code. */
export const status = {
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  failedPrecondition: 9,
  unauthenticated: 16,
} as const;

export function statusOf(error: unknown): number | undefined {
  return causesOf(error)
    .map((cause) => ('code' in cause ? cause.code : undefined))
    .find((code) => typeof code === 'number');
}

/** The answer of the service to `question`. A failure becomes an MvsError that says what was being done. */
export async function ask<T>(doing: string, question: Promise<readonly [T, ...unknown[]]>): Promise<T> {
  try {
    const [answer] = await question;
    return answer;
  } catch (error) {
    throw pubSubError(error, doing);
  }
}

export function pubSubError(cause: unknown, doing: string): MvsError {
  if (cause instanceof MvsError) return cause;
  const message = `${doing}: ${grpcReason(cause)}`;
  switch (statusOf(cause)) {
    case status.notFound:
      return new MvsError('TOPIC_MISSING', `${doing}: it does not exist`, {
        cause,
        hint: 'Create the topic with "mvs topic:create", and check the project and the topic in --stream.',
      });
    case status.permissionDenied:
    case status.unauthenticated:
      return new MvsError('CONFIG', message, {
        cause,
        hint: 'Google refuses these credentials. docs/streams.md says which roles are needed.',
      });
    case status.invalidArgument:
    case status.failedPrecondition:
      return new MvsError('USAGE', message, { cause, hint: 'docs/streams.md has the limits of Pub/Sub.' });
    default:
      return lacksCredentials(cause) ? noCredentials(cause, doing) : unavailable(cause, message);
  }
}

function lacksCredentials(cause: unknown): boolean {
  return /could not load the default credentials|invalid_grant|ENOENT/i.test(messageOf(cause));
}

function noCredentials(cause: unknown, doing: string): MvsError {
  return new MvsError('CONFIG', `${doing}: no usable Google credentials found`, {
    cause,
    hint: 'Run "gcloud auth application-default login", name a key file in GOOGLE_APPLICATION_CREDENTIALS, or an emulator in PUBSUB_EMULATOR_HOST.',
  });
}

function unavailable(cause: unknown, message: string): MvsError {
  return new MvsError('BROKER_UNAVAILABLE', message, {
    cause,
    retriable: true,
    hint: 'Pub/Sub does not answer. Check the network, the status page of Google Cloud, or PUBSUB_EMULATOR_HOST.',
  });
}
