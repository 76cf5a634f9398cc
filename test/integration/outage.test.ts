import { describe, expect, it, vi } from 'vitest';
import { silentLog } from '../../src/core/log.js';
import { up, type RunningStack, type StackSite } from '../../src/core/stack/index.js';
import { openMongo } from '../../src/core/store/mongo.js';
import { openKafka } from '../../src/core/stream/kafka/index.js';
import { publish } from '../support/fresh.js';
import { jsonOf, workspace } from '../support/mvs.js';
import { frameNumbers, messagesOf, storedFrames } from '../support/pipeline.js';
import { freshHome, pidOf } from '../support/stack.js';

const frames = 300;
const start = (site: StackSite): Promise<RunningStack> =>
  up({ ...site, kafkaPort: 0, mongoPort: 0, mongo: 'emulator' });

/** A stack of its own that the commands find by its home, and a topic of frames on it. */
async function ownStack() {
  const site = freshHome();
  const stack = await start(site);
  const found = workspace({ MVS_BROKERS: undefined, MVS_STORE: undefined, MVS_HOME: site.home });
  await found.mvs('topic:create', '--partitions', '2');
  const stream = await openKafka({ brokers: stack.brokers, topic: found.topic, log: silentLog });
  await publish(stream, await messagesOf('cat', frames));
  await stream[Symbol.asyncDispose]();
  return { site, stack, ...found };
}

async function untilStored(stack: RunningStack, count: number): Promise<void> {
  await vi.waitFor(
    async () => {
      await using store = await openMongo(stack.store);
      expect(await store.count('cat')).toBeGreaterThanOrEqual(count);
    },
    { timeout: 60_000, interval: 100 },
  );
}

describe.each(['mongodb', 'kafka'] as const)('%s killed with -9 while frames are consumed', (server) => {
  it('is waited for: the same consumer goes on when it is back, and each frame is stored once', async () => {
    const { site, stack, mvs } = await ownStack();
    const consumer = mvs('consume', '--threads', '2', '--batch', '4', '--json', '--verbose');
    await untilStored(stack, 1);
    process.kill(pidOf(stack.servers, server), 'SIGKILL');
    const again = await start(site);
    await untilStored(again, frames);
    await vi.waitFor(
      async () => {
        expect(jsonOf(await mvs('lag', '--json'))).toMatchObject({ total: 0 });
      },
      { timeout: 30_000, interval: 200 },
    );
    consumer.kill('SIGTERM');
    expect(await consumer).toMatchObject({ exitCode: 0 });
    await using store = await openMongo(again.store);
    expect(await storedFrames({ store }, 'cat')).toEqual(frameNumbers(frames));
  });
});

describe('a signal while the broker is away', () => {
  it('ends a consumer and a producer within seconds', async () => {
    const { stack, mvs } = await ownStack();
    const consumer = mvs('consume', '--threads', '1', '--batch', '4');
    const producer = mvs('produce', 'videos/rocket.webm', '--realtime', '--every', '1');
    await untilStored(stack, 1);
    process.kill(pidOf(stack.servers, 'kafka'), 'SIGKILL');
    consumer.kill('SIGTERM');
    producer.kill('SIGINT');
    const [consumed, produced] = await Promise.all([consumer, producer]);
    expect(consumed.signal, 'killed by force after ten seconds').toBeUndefined();
    expect(produced.exitCode).toBe(130);
  });
});
