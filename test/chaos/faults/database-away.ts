import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import type { Arena } from '../support/arena.js';
import { full, randomOf } from '../support/form.js';
import { judge } from '../support/judge.js';
import { expectFlat, residentBytes, untilStable } from '../support/measure.js';
import { consumeArgs, Trial } from '../support/trial.js';

const awayMs = full ? 60_000 : 6_000;
const frames = full ? 600 : 300;
const sampleMs = 250;

export function databaseAway(arena: () => Arena): void {
  it('settles nothing while the database is away, does not grow, and catches up by itself', async () => {
    const trial = await Trial.start(arena());
    await trial.publish('cat', frames, { jpeg: await largePicture() });
    const consumer = trial.mvs(...consumeArgs);
    await trial.untilStored(randomOf(5).between(10, 60));
    await trial.arena.stop('mongodb', 'SIGKILL');
    const settled = await untilStable(() => trial.committed());

    const memory: number[] = [];
    const back = Date.now() + awayMs;
    while (Date.now() < back) {
      memory.push(residentBytes(consumer.pid));
      await sleep(sampleMs);
    }
    expect(await trial.committed(), 'offsets committed while nothing could be stored').toEqual(settled);
    // Of large frames the topic holds far more than this; what a garbage collector does stays below it.
    expectFlat(memory, 1.1);
    expect(await trial.totalLag()).toBeGreaterThan(0);

    await trial.arena.start();
    await trial.untilDone();
    await trial.end(consumer);
    await judge(trial, `database killed with -9, away for ${awayMs / 1000} s`, 1);
  });
}

/** Noise, which JPEG cannot make small: about 250 kB. */
async function largePicture(): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  const create = { width: 640, height: 480, channels: 3, background: 'white', noise } as const;
  return sharp({ create }).jpeg({ quality: 90 }).toBuffer();
}
