import { MvsError } from '../base/errors.js';

/** The system that carries a stream, and the name of the stream there. */
export type StreamAddress =
  | { readonly kind: 'kafka'; readonly brokers: readonly string[]; readonly topic: string }
  | { readonly kind: 'pubsub'; readonly project: string; readonly topic: string }
  | { readonly kind: 'kinesis'; readonly region: string; readonly topic: string };

const form = /^([a-z]+):\/\/([^/\s]+)\/([^/\s]+)$/;

/** `kafka://host:9092[,host:9092…]/topic`, `pubsub://project/topic`, `kinesis://region/stream`. @throws MvsError USAGE */
export function parseStream(url: string): StreamAddress {
  const [, kind, place = '', topic = ''] = form.exec(url) ?? [];
  if (kind === 'kafka') return { kind, brokers: parseBrokers(place), topic };
  if (kind === 'pubsub') return { kind, project: place, topic };
  if (kind === 'kinesis') return { kind, region: place, topic };
  throw new MvsError('USAGE', `${JSON.stringify(url)} is not the address of a stream`, {
    hint: 'Give kafka://host:9092/topic, pubsub://project/topic or kinesis://region/stream.',
  });
}

/** @throws MvsError USAGE */
export function parseBrokers(input: string): string[] {
  // The input is not shown: before the @ may be a password, which may contain any character.
  if (input.includes('@')) {
    throw new MvsError('USAGE', 'the address of a broker takes no user and no password', {
      hint: 'Give host:port. Logins have flags and variables of their own: docs/security.md.',
    });
  }
  const brokers = input.split(',').map((broker) => broker.trim());
  const wrong = brokers.find((broker) => !/^[^\s/:]+:\d{1,5}$|^\[[0-9a-f:]+\]:\d{1,5}$/i.test(broker));
  if (wrong === undefined) return brokers;
  throw new MvsError('USAGE', `${JSON.stringify(wrong)} is not the address of a broker`, {
    hint: 'Give host:port, several separated by commas.',
  });
}

/** As it is shown. */
export function describeStream(address: StreamAddress): string {
  if (address.kind === 'kafka') return address.brokers.join(',');
  return address.kind === 'pubsub' ? `Pub/Sub project ${address.project}` : `Kinesis in ${address.region}`;
}
