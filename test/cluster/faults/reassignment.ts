import { expect, it, vi } from 'vitest';
import type { Cluster } from '../support/cluster.js';
import { randomOf, rounds } from '../support/form.js';
import { Scenario, type Stage } from '../support/scenario.js';

const partitions = 6;
/** Until consumers have read partitions that did not exist when they started. */
const settle = 60;

export function reassigned(stage: () => Stage): void {
  it('loses nothing while partitions move, get fewer replicas, and become more', async () => {
    const scenario = await Scenario.start(stage(), { partitions });
    const { cluster, trial } = scenario;
    const random = randomOf(7);
    scenario.consume();
    const takes = scenario.produce();
    let count = partitions;
    for (let round = 1; round <= rounds; round += 1) {
      for (const replicas of [2, 3]) {
        await takes.flow(random.between(100, 500));
        const ids = cluster.all.map(({ id }) => id);
        const places = Array.from(
          { length: count },
          (_, n) => `${n}=${random.some(replicas, ids).join(',')}`,
        );
        await cluster.client.ask('reassign', trial.topic, ...places);
        await untilMoved(cluster);
        // The first of its replicas is to lead a partition.
        await cluster.client.ask('elect');
      }
      await takes.flow(random.between(100, 500));
      count += 3;
      await cluster.client.ask('add-partitions', trial.topic, count);
      // The next take begins with all of them.
      await takes.next();
    }
    await scenario.conclude('partitions moved, replicas fewer, partitions added', 3 * rounds, { settle });
  });
}

async function untilMoved({ client }: Cluster): Promise<void> {
  const moved = async (): Promise<void> => {
    expect(await client.ask('reassigning')).toEqual(['0']);
  };
  await vi.waitFor(moved, { timeout: 60_000, interval: 200 });
}
