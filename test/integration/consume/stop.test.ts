import { describe, expect, it, vi } from 'vitest';
import { openMongo } from '../../../src/core/store/mongo.js';
import { openStream, publish } from '../../support/fresh.js';
import { jsonOf, workspace } from '../../support/mvs.js';
import { frameNumbers, messagesOf, storedFrames } from '../../support/pipeline.js';

const frames = 400;

describe('a consumer that gets SIGTERM', () => {
  it('drains, leaves the group and exits 0; nothing of what it stored comes again', async () => {
    const { topic, env, mvs, binary } = workspace();
    await mvs('topic:create', '--partitions', '2');
    await publish(await openStream(topic), await messagesOf('cat', frames));
    await using store = await openMongo(env.MVS_STORE ?? '');

    const running = binary('consume', '--threads', '2', '--batch', '8', '--json');
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
