import { once } from 'node:events';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { reservedPort } from './ports.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the fake of Kinesis answers. */
    kinesis: string;
  }
}

const main = createRequire(import.meta.url).resolve('kinesis-local');
const quick = '50ms';
const startMs = 60_000;

export interface KinesisFake extends AsyncDisposable {
  readonly endpoint: string;
}

/**
 * Starts one Kinesis for all files: each start costs seconds of CPU, because the fake is 9 MB of JavaScript.
 * @param home of the run, by which the reaper finds the process if vitest is killed
 */
export async function startKinesisFake(home: string): Promise<KinesisFake> {
  const port = await reservedPort();
  const child = execa(process.execPath, [main], {
    cwd: dirname(main),
    reject: false,
    stdio: 'ignore',
    env: {
      MVS_HOME: home,
      KINESIS_MOCK_PLAIN_PORT: String(port),
      KINESIS_MOCK_TLS_PORT: '0',
      // Its lines about each request take a fifth of its time.
      LOG_LEVEL: 'ERROR',
      SHARD_LIMIT: '10000',
      CREATE_STREAM_DURATION: quick,
      UPDATE_SHARD_COUNT_DURATION: quick,
      SPLIT_SHARD_DURATION: quick,
      MERGE_SHARDS_DURATION: quick,
    },
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await child;
  };
  const deadline = Date.now() + startMs;
  while (!(await answers(port))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error('the fake of Kinesis did not start');
    }
    await sleep(100);
  }
  return { endpoint: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: stop };
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
