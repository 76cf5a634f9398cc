import { expect, it, vi } from 'vitest';
import { jsonOf } from '../../support/mvs.js';
import type { Arena } from '../support/arena.js';
import { full, randomOf } from '../support/form.js';
import { judge } from '../support/judge.js';
import { consumeArgs, Trial } from '../support/trial.js';

const churns = full ? 12 : 3;
const framesPerChurn = full ? 200 : 100;
/** A batch of so many takes several times the session timeout. */
const slowBatch = 512;

export function rebalanced(arena: () => Arena): void {
  it('loses and doubles nothing while members join and leave in the middle of batches', async () => {
    const trial = await Trial.start(arena(), { partitions: 6 });
    const { kafka } = trial.arena;
    const random = randomOf(6);
    const steady = [1, 2].map(() => trial.mvs(...consumeArgs));
    let joinsBefore = 0;
    for (let churn = 1; churn <= churns; churn += 1) {
      await trial.publish(`churn-${churn}`, framesPerChurn);
      joinsBefore = kafka.seen('request', 'join');
      const guest = trial.mvs(...consumeArgs);
      // Each of its members makes all others join again.
      await vi.waitUntil(() => kafka.seen('request', 'join') > joinsBefore + 2, 60_000);
      const enough = (await trial.stored()).length + random.between(1, framesPerChurn / 2);
      await trial.untilStored(Math.min(enough, trial.expected.size));
      await trial.end(guest);
    }
    await trial.untilDone();
    for (const member of steady) await trial.end(member);
    await judge(trial, 'members joining and leaving in mid-batch', 2 * churns);
  });

  it('keeps its membership though one inference takes longer than the session timeout', async () => {
    const trial = await Trial.start(arena());
    const { kafka } = trial.arena;
    await trial.publish('cat', slowBatch * (full ? 4 : 1));
    const args = ['--threads', '1', '--batch', String(slowBatch), '--linger', '5000'];
    const joins = kafka.seen('request', 'join');
    const startedAt = Date.now();
    const drained = await trial.mvs(
      ...['consume', ...args, '--session-timeout', '1000', '--until-drained', '--json'],
    );
    expect(drained, drained.stderr).toMatchObject({ exitCode: 0 });
    const { batches, duplicates, frames } = jsonOf(drained) as Record<string, number>;
    expect({ duplicates, frames }).toEqual({ duplicates: 0, frames: trial.expected.size });
    const perBatch = (Date.now() - startedAt) / (batches ?? 1);
    expect(perBatch, 'milliseconds for a batch').toBeGreaterThan(2000);
    // The second is asked for by the broker, which gives out the member id with the first.
    expect(kafka.seen('request', 'join') - joins, 'joined again').toBeLessThanOrEqual(2);
    await judge(trial, 'inference slower than the session timeout', batches ?? 0);
  });
}
