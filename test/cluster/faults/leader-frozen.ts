import { setTimeout as sleep } from 'node:timers/promises';
import { it } from 'vitest';
import { randomOf, rounds } from '../support/form.js';
import { Scenario, type Stage } from '../support/scenario.js';

const frozenMs = 20_000;
/** Its connections stay open: clients notice by their timeouts only. */
const standstill = frozenMs / 1000 + 20;

export function leaderFrozen(stage: () => Stage): void {
  it('loses nothing when a leader freezes and comes round after its partitions have another', async () => {
    const scenario = await Scenario.start(stage());
    const { cluster, trial } = scenario;
    const random = randomOf(5);
    scenario.consume();
    const takes = scenario.produce();
    for (let round = 1; round <= rounds; round += 1) {
      await takes.flow(random.between(100, 500));
      const leader = await cluster.leader(trial.topic, random.between(0, 5));
      leader.signal('SIGSTOP');
      await sleep(frozenMs);
      leader.signal('SIGCONT');
      await cluster.untilHealthy();
      await cluster.client.ask('elect');
    }
    await scenario.conclude(`leader frozen for ${frozenMs / 1000} s`, rounds, { standstill });
  });
}
