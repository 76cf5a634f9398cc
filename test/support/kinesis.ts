import { once } from 'node:events';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, onTestFinished, vi } from 'vitest';
import { silentLog, type Log } from '../../src/core/log.js';
import { openKinesis } from '../../src/core/stream/kinesis/index.js';
import type { FrameStream } from '../../src/core/stream/port.js';
import { freshName, freshStoreUrl } from './fresh.js';
import { reservedPort } from './ports.js';

const main = createRequire(import.meta.url).resolve('kinesis-local');
const quick = '50ms';
export const region = 'us-east-1';

/** What leads the SDK to the fake, and mvs with it. */
export function kinesisEnv(endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_KINESIS: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test-secret',
  };
}

/** A Kinesis of this test file's own; this process finds it by its environment. @returns its address */
export function useKinesis(): { readonly endpoint: () => string } {
  let endpoint = '';
  beforeAll(async () => {
    const port = await reservedPort();
    endpoint = `http://127.0.0.1:${port}`;
    const child = execa(process.execPath, [main], {
      cwd: dirname(main),
      reject: false,
      stdio: 'ignore',
      env: {
        KINESIS_MOCK_PLAIN_PORT: String(port),
        KINESIS_MOCK_TLS_PORT: '0',
        SHARD_LIMIT: '1000',
        CREATE_STREAM_DURATION: quick,
        UPDATE_SHARD_COUNT_DURATION: quick,
        SPLIT_SHARD_DURATION: quick,
        MERGE_SHARDS_DURATION: quick,
      },
    });
    afterAll(async () => {
      child.kill('SIGKILL');
      await child;
      vi.unstubAllEnvs();
    });
    await vi.waitFor(() => answers(port), { timeout: 60_000, interval: 100 });
    for (const [name, value] of Object.entries(kinesisEnv(endpoint))) vi.stubEnv(name, value);
  });
  return { endpoint: () => endpoint };
}

async function answers(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
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
