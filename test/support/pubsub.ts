import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { afterAll, beforeAll, inject, onTestFinished } from 'vitest';
import { silentLog, type Log } from '../../src/core/base/log.js';
import { connect, disconnect } from '../../src/core/stream/pubsub/client.js';
import { subscriptionPath, topicPath } from '../../src/core/stream/pubsub/names.js';
import { openPubSub, type PubSubConfig } from '../../src/core/stream/pubsub/index.js';
import type { FrameStream } from '../../src/core/stream/port.js';
import { freshName } from './fresh.js';
// For the types of what it provides.
import type {} from './pubsub-fake.js';

export const hasPubSub = inject('pubsubFake') !== '';
/** The group whose subscriptions are there from the beginning. */
export const firstGroup = 'first-group';

interface Fake extends AsyncDisposable {
  /** What PUBSUB_EMULATOR_HOST would be. */
  readonly host: string;
}

/** How fast the clock of the fake runs: deadlines of ten seconds are over after two. */
export const clockRate = 5;

/** @param failEvery lets every Nth call fail, 20 times in all, half of them after they have been carried out */
async function startFake(failEvery = 0): Promise<Fake> {
  const flags = ['-fail', String(failEvery), '-clock', String(clockRate)];
  const child = execa(inject('pubsubFake'), flags, { stdin: 'pipe', reject: false });
  const host = await firstLine(child);
  return {
    host,
    async [Symbol.asyncDispose]() {
      child.kill();
      await child;
    },
  };
}

/** Where it listens; it says nothing else. */
async function firstLine({ stdout }: { readonly stdout: Readable }): Promise<string> {
  for await (const line of createInterface(stdout)) return line;
  throw new Error('the fake of Pub/Sub did not start');
}

/** A fake for all tests of a file, which the client finds by itself. */
export function useFake(failEvery = 0): void {
  let fake: Fake | undefined;
  beforeAll(async () => {
    fake = await startFake(failEvery);
    process.env.PUBSUB_EMULATOR_HOST = fake.host;
    process.env.MVS_EMULATOR_CLOCK = String(clockRate);
  });
  afterAll(async () => {
    delete process.env.PUBSUB_EMULATOR_HOST;
    delete process.env.MVS_EMULATOR_CLOCK;
    await fake?.[Symbol.asyncDispose]();
  });
}

export async function openTopicOf(
  topic: string,
  options: Partial<Pick<PubSubConfig, 'group' | 'log'>> = {},
): Promise<FrameStream> {
  const stream = await openPubSub({
    ...{ project: 'project', topic, group: firstGroup, log: silentLog },
    ...options,
  });
  onTestFinished(() => stream[Symbol.asyncDispose]());
  return stream;
}

/** Topics with a fault of their own: test/production/fakes/pubsub/main.go. */
export type Fault = 'late-pull' | 'refused-ack' | 'lost-publish' | 'few-ids';

/** A topic with the subscription of `firstGroup`. */
export async function freshTopic(fault?: Fault, log: Log = silentLog): Promise<FrameStream> {
  const stream = await openTopicOf(freshName(fault ?? 'topic'), { log });
  await stream.createTopic({ partitions: 1, replicationFactor: 1 });
  return stream;
}

/** Deletes a topic, and the subscription of `firstGroup`, which would keep its name. */
export async function deleteTopic(topic: string): Promise<void> {
  const connection = await connect({ project: 'project', topic, group: firstGroup, log: silentLog });
  await connection.publisher.deleteTopic({ topic: topicPath(connection) });
  await connection.subscriber.deleteSubscription({ subscription: subscriptionPath(connection, firstGroup) });
  await disconnect(connection);
}
