import { setTimeout as sleep } from 'node:timers/promises';
import { it } from 'vitest';
import { randomOf, rounds } from '../support/form.js';
import { Scenario, type Stage } from '../support/scenario.js';

/** Longer than consumers may take to find another coordinator, and than their watchdog waits. */
const shortestMs = 60_000;
const longestMs = 80_000;

export function coordinatorGone(stage: () => Stage): void {
  it('goes on with another coordinator when the one of the group is killed and does not come back', async () => {
    const scenario = await Scenario.start(stage());
    const { cluster, trial } = scenario;
    const random = randomOf(3);
    scenario.consume();
    const takes = scenario.produce();
    for (let round = 1; round <= rounds; round += 1) {
      await takes.flow(random.between(100, 500));
      const coordinator = await cluster.coordinator(trial.group);
      await coordinator.stop('SIGKILL');
      await sleep(random.between(shortestMs, longestMs));
      await coordinator.start();
      await cluster.untilHealthy();
    }
    await scenario.conclude('coordinator killed with -9, gone for a minute', rounds);
  });
}
