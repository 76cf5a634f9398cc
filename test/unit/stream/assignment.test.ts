import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { silentLog } from '../../../src/core/base/log.js';
import { Assignment } from '../../../src/core/stream/assignment.js';

it.each([0, 1, 2, 3, 4])('commits what is settled %i microtasks behind what follows it', async (gap) => {
  const committed: bigint[] = [];
  const assignment = new Assignment(silentLog, () => false);
  for (const offset of [0n, 1n]) {
    assignment.track(0, offset, (_, upTo) => {
      committed.push(upTo);
      return Promise.resolve();
    });
    assignment.handOut();
  }
  assignment.settle(0, 1n);
  for (let n = 0; n < gap; n++) await Promise.resolve();
  assignment.settle(0, 0n);
  await setImmediate();
  expect(committed).toEqual([2n]);
  expect(await assignment.flush(0, true)).toBe(true);
});

it('tries again what the broker does not take, and gives up what another member owns', async () => {
  const answers = [new Error('away'), undefined, new Error('lost')];
  const committed: bigint[] = [];
  const assignment = new Assignment(silentLog, (error) => (error as Error).message === 'lost');
  const commit = (_: number, upTo: bigint): Promise<void> => {
    const answer = answers.shift();
    if (answer) return Promise.reject(answer);
    committed.push(upTo);
    return Promise.resolve();
  };
  for (const offset of [0n, 1n]) {
    assignment.track(0, offset, commit);
    assignment.handOut();
  }
  assignment.settle(0, 0n);
  expect(await assignment.flush(5000, false)).toBe(true);
  expect(committed).toEqual([1n]);
  assignment.settle(0, 1n);
  await setImmediate();
  expect(assignment.ended).toBe(true);
});
