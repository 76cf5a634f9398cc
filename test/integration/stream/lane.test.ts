import { expect, it, onTestFinished, vi } from 'vitest';
import { silentLog } from '../../../src/core/base/log.js';
import { up } from '../../../src/core/stack/index.js';
import { openKafka } from '../../../src/core/stream/kafka/index.js';
import { freshName, numbered } from '../../support/fresh.js';
import { lives } from '../../support/reaper.js';
import { freshHome, pidOf, sharedStack } from '../../support/stack.js';

it('a lane that is opened while the broker is away waits for it, or for the signal', async () => {
  const site = freshHome();
  const start = () => up({ ...site, kafkaPort: 0, mongoPort: 0, kafka: 'java', store: sharedStack().store });
  const { brokers, servers } = await start();
  const stream = await openKafka({ brokers, topic: 'frames', log: silentLog });
  onTestFinished(() => stream[Symbol.asyncDispose]());
  await stream.createTopic({ partitions: 1, replicationFactor: 1 });
  const pid = pidOf(servers, 'kafka');
  process.kill(pid, 'SIGKILL');
  await vi.waitUntil(() => !lives(pid), { timeout: 60_000 });

  const stop = new AbortController();
  const interrupted = stream.publisher(stop.signal);
  stop.abort(new Error('told to stop'));
  await expect(interrupted).rejects.toThrow('told to stop');

  const opening = stream.publisher();
  await start();
  await using publisher = await opening;
  await publisher.publish(numbered(3));
  expect(await stream.lag(freshName('group'))).toMatchObject({ partitions: [{ lag: 3 }] });
});
