import { expect, test, vi } from 'vitest';
import { unlessStalled } from '../../../src/core/base/stall.js';

test('work that ends during a check has not stalled', async () => {
  const stalled = vi.fn(() => new Error('stalled'));
  let finish = (_: string): void => undefined;
  let answer = (_: undefined): void => undefined;
  const work = new Promise<string>((resolve) => (finish = resolve));
  // The fourth check would find a stall.
  const pulse = vi.fn(() =>
    pulse.mock.calls.length < 4
      ? Promise.resolve(undefined)
      : new Promise<undefined>((resolve) => (answer = resolve)),
  );
  const waiting = unlessStalled(work, 20, stalled, pulse);
  await vi.waitUntil(() => pulse.mock.calls.length === 4, { timeout: 10_000 });
  finish('done');
  expect(await waiting).toBe('done');
  answer(undefined);
  await new Promise(setImmediate);
  expect(stalled).not.toHaveBeenCalled();
});

test('work without a sign of life has stalled', async () => {
  const never = new Promise<never>(() => undefined);
  await expect(unlessStalled(never, 20, () => new Error('stalled'))).rejects.toThrow('stalled');
  const checks = vi.fn(() => Promise.resolve(Math.min(12, checks.mock.calls.length)));
  const asked = unlessStalled(never, 20, () => new Error('stalled'), checks);
  await expect(asked).rejects.toThrow('stalled');
  // It lived for eleven checks, and the next ones found no change.
  expect(checks.mock.calls.length).toBe(16);
});
