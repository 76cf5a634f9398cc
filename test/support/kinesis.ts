import { KinesisClient, SplitShardCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, inject, onTestFinished, vi } from 'vitest';
import { silentLog, type Log } from '../../src/core/base/log.js';
import { openKinesis } from '../../src/core/stream/kinesis/index.js';
import type { FrameStream } from '../../src/core/stream/port.js';
import { freshName, freshStoreUrl } from './fresh.js';
// For the types of what it provides.
import type {} from './kinesis-fake.js';
import { proxyBefore, type Rule } from './kinesis-proxy.js';

export const region = 'us-east-1';

/** What leads the SDK to the fake, and mvs with it. */
export function kinesisEnv(endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_KINESIS: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test-secret',
  };
}

export interface Kinesis {
  readonly endpoint: () => string;
  /** Leads this process elsewhere for the rest of the test. */
  readonly pointTo: (endpoint: string | Promise<string>) => Promise<void>;
  /** Opens a stream of this test's own behind a proxy that does as `rule` says. */
  readonly behind: (rule: Rule, shards?: number, log?: Log) => Promise<FrameStream>;
}

/** The Kinesis of the run, which this process finds by its environment while the tests of this file run. */
export function useKinesis(): Kinesis {
  const endpoint = inject('kinesis');
  beforeAll(() => {
    for (const [name, value] of Object.entries(kinesisEnv(endpoint))) vi.stubEnv(name, value);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
  });
  const pointTo = async (elsewhere: string | Promise<string>): Promise<void> => {
    vi.stubEnv('AWS_ENDPOINT_URL_KINESIS', await elsewhere);
    onTestFinished(() => {
      vi.stubEnv('AWS_ENDPOINT_URL_KINESIS', endpoint);
    });
  };
  return {
    endpoint: () => endpoint,
    pointTo,
    behind: async (rule, shards = 1, log = silentLog) => {
      const { topic } = await freshKinesis(shards);
      await pointTo(proxyBefore(endpoint, rule));
      return openKinesisAt(topic, freshStoreUrl(), log);
    },
  };
}

/** Asks Kinesis for what mvs asks of none. */
export function kinesisClient(): KinesisClient {
  const client = new KinesisClient({ region, requestHandler: new NodeHttpHandler() });
  onTestFinished(() => {
    client.destroy();
  });
  return client;
}

/** A stream of this test's own with so many shards, and a database of its own for leases. */
export async function freshKinesis(shards = 3): Promise<FrameStream> {
  const stream = await openKinesisAt(freshName('stream'));
  await stream.createTopic({ partitions: shards, replicationFactor: 1 });
  return stream;
}

export async function openKinesisAt(
  topic: string,
  store: string = freshStoreUrl(),
  log: Log = silentLog,
): Promise<FrameStream> {
  const stream = await openKinesis({ region, topic, store, log });
  onTestFinished(() => stream[Symbol.asyncDispose]());
  return stream;
}

/** Splits the only shard of a stream in the middle. */
export async function split(stream: FrameStream): Promise<void> {
  const shard = { StreamName: stream.topic, ShardToSplit: 'shardId-000000000000' };
  await kinesisClient().send(new SplitShardCommand({ ...shard, NewStartingHashKey: String(2n ** 127n) }));
  await vi.waitUntil(async () => (await stream.partitions()) === 2, 60_000);
}
