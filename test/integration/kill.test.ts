import { describe, expect, it, vi } from 'vitest';
import { openMongo } from '../../src/core/store/mongo.js';
import { openStream, publish } from '../support/fresh.js';
import { jsonOf, workspace } from '../support/mvs.js';
import { frameNumbers, messagesOf, storedFrames } from '../support/pipeline.js';

const frames = 400;

/** A topic full of frames, and the database that they are to go to. */
async function fullTopic(partitions: number) {
  const { topic, env, mvs } = workspace();
  await mvs('topic:create', '--partitions', String(partitions));
  await publish(await openStream(topic), await messagesOf('cat', frames));
  return { mvs, store: await openMongo(env.MVS_STORE ?? '') };
}

describe('a consumer killed with -9 in mid-batch', () => {
  it('loses and doubles nothing when it is started again', async () => {
    const { mvs, store: opened } = await fullTopic(3);
    await using store = opened;

    let before = 0;
    for (const kill of [1, 2]) {
      const victim = mvs('consume', '--threads', '2', '--batch', '8');
      await vi.waitFor(
        async () => {
          expect(await store.count('cat')).toBeGreaterThan(before);
        },
        { timeout: 60_000, interval: 20 },
      );
      victim.kill('SIGKILL');
      await victim;
      before = await store.count('cat');
      expect(before, `frames stored at kill ${kill}`).toBeLessThan(frames);
    }

    const last = await mvs('consume', '--threads', '2', '--until-drained', '--json');
    expect(last.exitCode).toBe(0);
    expect(await storedFrames({ store }, 'cat')).toEqual(frameNumbers(frames));
    const lag = jsonOf(await mvs('lag', '--json'));
    expect(lag).toMatchObject({ total: 0 });
  });
});

describe('a consumer that gets SIGTERM', () => {
  it('drains, leaves the group and exits 0; nothing of what it stored comes again', async () => {
    const { mvs, store: opened } = await fullTopic(2);
    await using store = opened;

    const running = mvs('consume', '--threads', '2', '--batch', '8', '--json');
    await vi.waitFor(async () => {
      expect(await store.count('cat')).toBeGreaterThan(0);
    }, 60_000);
    running.kill('SIGTERM');
    const first = await running;
    expect(first.exitCode).toBe(0);
    expect(first.signal).toBeUndefined();
    const { stored } = jsonOf(first) as { stored: number };
    expect(stored).toBeLessThan(frames);

    const rest = jsonOf(await mvs('consume', '--threads', '2', '--until-drained', '--json'));
    expect(rest).toMatchObject({ stored: frames - stored, duplicates: 0 });
    expect(await storedFrames({ store }, 'cat')).toEqual(frameNumbers(frames));
  });
});
