import { expect, it, vi } from 'vitest';
import { jsonOf } from '../../support/mvs.js';
import type { Arena } from '../support/arena.js';
import { full, randomOf } from '../support/form.js';
import { judge } from '../support/judge.js';
import { inferArgs, Trial } from '../support/trial.js';

const churns = full ? 12 : 2;
const framesEach = full ? 150 : 60;
/** Processes that consume at a time, two of which stay, and the threads of each. */
const members = 3;
const membersEach = 2;
/** A batch of so many takes longer than the shortest session timeout, also where a frame takes only 10 ms. */
const slowBatch = full ? 512 : 112;
const shortSessionMs = 1000;
/** Two are in work, one is being filled and one waits: only behind those does a member stop fetching. */
const slowBatches = full ? 6 : 5;

export function rebalanced(arena: () => Arena): void {
  it('loses and doubles nothing while members join and leave in the middle of batches', async () => {
    const trial = await Trial.start(arena(), { partitions: members * membersEach });
    const random = randomOf(6);
    const steady = [1, 2].map(() => trial.mvs(...inferArgs));
    for (let churn = 1; churn <= churns; churn += 1) {
      // Some for when members join, and some for when they leave.
      await trial.publish(`joining-${churn}`, framesEach);
      const guest = trial.mvs(...inferArgs);
      await untilAllHavePartitions(trial);
      await trial.publish(`leaving-${churn}`, framesEach);
      const before = (await trial.stored()).length;
      await trial.untilStored(Math.min(before + random.between(1, framesEach / 2), trial.expected.size));
      await trial.end(guest);
    }
    await trial.untilDone();
    for (const member of steady) await trial.end(member);
    await judge(trial, 'members joining and leaving in mid-batch', 2 * membersEach * churns);
  });

  it('keeps its membership though one inference takes longer than the session timeout', async () => {
    const trial = await Trial.start(arena());
    const { kafka } = trial.arena;
    await trial.publish('cat', slowBatch * slowBatches);
    const args = [
      '--model',
      'efficientnet-lite0',
      '--workers',
      '1',
      '--threads',
      '1',
      '--batch',
      String(slowBatch),
      '--linger',
      '5000',
    ];
    const joins = kafka.seen('request', 'join');
    const drained = await trial.mvs(
      ...['consume', ...args, '--session-timeout', String(shortSessionMs), '--until-drained', '--json'],
    );
    expect(drained, drained.stderr).toMatchObject({ exitCode: 0 });
    const { batches = 0, duplicates, frames, seconds = 0 } = jsonOf(drained) as Record<string, number>;
    expect({ duplicates, frames }).toEqual({ duplicates: 0, frames: trial.expected.size });
    expect((1000 * seconds) / batches, 'milliseconds for a batch').toBeGreaterThan(shortSessionMs);
    // The second is asked for by the broker, which gives out the member id with the first.
    expect(kafka.seen('request', 'join') - joins, 'joined again').toBeLessThanOrEqual(2);
    await judge(trial, 'inference slower than the session timeout', batches);
  });
}

/** With as many members as partitions, each has one when all have joined. */
async function untilAllHavePartitions(trial: Trial): Promise<void> {
  const all = async (): Promise<void> => {
    const owners = new Set((await trial.lag()).map(({ consumerId }) => consumerId));
    owners.delete(null);
    expect(owners.size).toBe(members * membersEach);
  };
  await vi.waitFor(all, { timeout: 60_000, interval: 200 });
}
