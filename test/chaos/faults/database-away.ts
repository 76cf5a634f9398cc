import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { expect, it, vi } from 'vitest';
import type { Arena } from '../support/arena.js';
import { full, randomOf } from '../support/form.js';
import { judge } from '../support/judge.js';
import { consumeArgs, Trial } from '../support/trial.js';

const awayMs = full ? 60_000 : 6_000;
const frames = full ? 600 : 300;
const sampleMs = 250;
/** Of large frames the topic holds far more than this; what a garbage collector does stays below it. */
const allowedGrowth = 1.1;

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
    expectFlat(memory);
    expect(await trial.totalLag()).toBeGreaterThan(0);

    await trial.arena.start();
    await trial.untilDone();
    await trial.end(consumer);
    await judge(trial, `database killed with -9, away for ${awayMs / 1000} s`, 1);
  });
}

/** What was stored just before may still be settled: waits until that is over. */
async function untilStable<T>(read: () => Promise<T>): Promise<T> {
  let last = await read();
  const stable = async (): Promise<void> => {
    const before = last;
    last = await read();
    expect(last).toEqual(before);
  };
  await sleep(1000);
  await vi.waitFor(stable, { timeout: 30_000, interval: 1000 });
  return last;
}

/** Not more in the last third than in the first. */
function expectFlat(samples: readonly number[]): void {
  const third = Math.ceil(samples.length / 3);
  const first = Math.max(...samples.slice(0, third));
  const last = Math.max(...samples.slice(-third));
  expect(last, `resident bytes: ${samples.join(', ')}`).toBeLessThan(first * allowedGrowth);
}

/** 0 where the system does not tell. */
function residentBytes(pid: number | undefined): number {
  if (process.platform !== 'linux') return 0;
  const status = readFileSync(`/proc/${pid ?? 0}/status`, 'utf8');
  return 1024 * Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1]);
}

/** Noise, which JPEG cannot make small: about 250 kB. */
async function largePicture(): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  const create = { width: 640, height: 480, channels: 3, background: 'white', noise } as const;
  return sharp({ create }).jpeg({ quality: 90 }).toBuffer();
}
