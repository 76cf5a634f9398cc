import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, vi } from 'vitest';

/** What was stored just before may still be settled: waits until that is over. */
export async function untilStable<T>(read: () => Promise<T>): Promise<T> {
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

/** Not more in the last third than in the first, but for what is allowed. */
export function expectFlat(samples: readonly number[], allowedGrowth: number): void {
  const third = Math.ceil(samples.length / 3);
  const first = Math.max(...samples.slice(0, third));
  const last = Math.max(...samples.slice(-third));
  expect(last, `resident bytes: ${samples.join(', ')}`).toBeLessThan(first * allowedGrowth);
}

/** 0 where the system does not tell. */
export function residentBytes(pid: number | undefined): number {
  if (process.platform !== 'linux') return 0;
  const status = readFileSync(`/proc/${pid ?? 0}/status`, 'utf8');
  return 1024 * Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1]);
}
