import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { onTestFinished } from 'vitest';
import { silentLog } from '../../src/core/base/log.js';
import { textHeaders } from '../../src/core/stream/message.js';
import type { StoreLayout } from '../../src/core/store/defaults.js';
import { openMongo } from '../../src/core/store/mongo.js';
import type { RecordStore } from '../../src/core/store/port.js';
import { openKafka } from '../../src/core/stream/kafka/index.js';
import type { PartitionLag } from '../../src/core/stream/lag.js';
import type {
  Browsed,
  Delivery,
  Expired,
  FrameStream,
  OutgoingMessage,
  Published,
  StreamMessage,
  Subscription,
} from '../../src/core/stream/port.js';
import { sharedStack } from './stack.js';

/** Every test has its own topic, group and database on the shared stack; each is closed when its test ends. */

export function freshName(kind: string): string {
  return `${kind}-${randomUUID().slice(0, 8)}`;
}

export async function freshStream(partitions = 3): Promise<FrameStream> {
  const stream = await openStream(freshName('topic'));
  await stream.createTopic({ partitions, replicationFactor: 1 });
  return stream;
}

export async function openStream(topic: string): Promise<FrameStream> {
  const stream = await openKafka({ brokers: sharedStack().brokers, topic, log: silentLog });
  onTestFinished(() => stream[Symbol.asyncDispose]());
  return stream;
}

/** The URL of a database of this test's own, dropped when it ends. */
export function freshStoreUrl(): string {
  const url = new URL(sharedStack().store);
  url.pathname = `/${freshName('db')}`;
  onTestFinished(async () => {
    const client = new MongoClient(url.href);
    await client.db().dropDatabase();
    await client.close();
  });
  return url.href;
}

export function freshStore(): Promise<RecordStore> {
  return openStoreAt(freshStoreUrl());
}

export async function openStoreAt(url: string, layout?: StoreLayout): Promise<RecordStore> {
  const store = await openMongo(url, layout);
  onTestFinished(() => store[Symbol.asyncDispose]());
  return store;
}

/** Joins a group; leaves it when the test ends, or earlier by `leave`. */
export async function joinGroup(
  stream: FrameStream,
  group: string,
  prefetch = 32,
  onExpired?: (expired: Expired) => void,
): Promise<Subscription & { leave: () => Promise<void> }> {
  const stop = new AbortController();
  const subscription = await stream.subscribe({
    group,
    prefetch,
    sessionTimeoutMs: 10_000,
    signal: stop.signal,
    onExpired,
  });
  const leave = async (): Promise<void> => {
    stop.abort();
    await subscription[Symbol.asyncDispose]();
  };
  onTestFinished(leave);
  return Object.assign(subscription, { leave });
}

/** Takes this many deliveries. */
export async function take(deliveries: AsyncIterator<Delivery>, count: number): Promise<Delivery[]> {
  const taken: Delivery[] = [];
  while (taken.length < count) {
    const next = await deliveries.next();
    if (next.done === true) break;
    taken.push(next.value);
  }
  return taken;
}

/** How far a group is behind, on a stream that counts. */
export async function lagOf(stream: FrameStream, group: string): Promise<readonly PartitionLag[]> {
  const lag = await stream.lag(group);
  if (!lag.counted) throw new Error(`${stream.topic} counts no messages`);
  return lag.partitions;
}

/** All that lies in a stream. */
export async function browsed(
  stream: FrameStream,
  group: string,
  signal = new AbortController().signal,
): Promise<Browsed[]> {
  const found: Browsed[] = [];
  for await (const each of stream.browse(group, signal)) found.push(each);
  return found;
}

export async function publish(stream: FrameStream, messages: readonly OutgoingMessage[]): Promise<void> {
  await using publisher = await stream.publisher();
  await publisher.publish(messages);
}

/** Messages "0" … "n − 1". */
export function numbered(count: number, ordered = false): OutgoingMessage[] {
  return Array.from({ length: count }, (_, n) => ({
    key: Buffer.from(ordered ? 'one video' : `video:${n}`),
    value: Buffer.from(String(n)),
    headers: textHeaders({ n: String(n) }),
    ordered,
  }));
}

export function textOf({ message }: Published): string {
  return Buffer.from(message.value ?? []).toString();
}

/** What nobody expects in a stream and anybody can put there. */
export function strangeMessages(): [string, StreamMessage][] {
  const key = Buffer.from('été:3');
  const value = Buffer.from([0, 255, 128, 10]);
  const notUtf8 = Buffer.from([0xc3, 0x28, 0xff]);
  const strange = ['__proto__', 'constructor', 'toString', '', 'vidéo 日本'];
  return [
    ['text and binary', { key, value, headers: textHeaders({ 'video name': 'vidéo 日本' }) }],
    ['neither key nor value', { key: null, value: null, headers: new Map() }],
    ['empty ones', { key: Buffer.alloc(0), value: Buffer.alloc(0), headers: textHeaders({ n: '' }) }],
    ['what is not UTF-8', { key: notUtf8, value: notUtf8, headers: new Map([['n', [notUtf8]]]) }],
    ['several headers of one name', { key, value, headers: new Map([['n', [value, key, value]]]) }],
    ['headers with strange names', { key, value, headers: new Map(strange.map((name) => [name, [value]])) }],
  ];
}

/** What so many numbered messages say. */
export function texts(count: number): string[] {
  return numbered(count).map((_, n) => String(n));
}
