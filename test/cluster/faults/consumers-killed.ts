import { setTimeout as sleep } from 'node:timers/promises';
import { it } from 'vitest';
import { Supervisor } from '../../chaos/support/supervisor.js';
import { randomOf, rounds } from '../support/form.js';
import { Scenario, type Stage } from '../support/scenario.js';

/** Consumers that die during an outage cost their session of 10 s each time, and the outage. */
const standstill = 40;

export function consumersKilled(stage: () => Stage): void {
  it('loses and doubles nothing when consumers are killed during a rolling restart', async () => {
    const scenario = await Scenario.start(stage());
    const { cluster, trial } = scenario;
    const random = randomOf(8);
    scenario.consume();
    const victim = new Supervisor(() => trial.mvs(...scenario.consumeArgs));
    const takes = scenario.produce();
    let injected = 0;
    for (let round = 1; round <= rounds; round += 1) {
      for (const broker of random.some(cluster.all.length, cluster.all)) {
        await takes.flow(random.between(100, 500));
        const restarted = broker.stop('SIGTERM').then(() => broker.start());
        await sleep(random.between(0, 3_000));
        victim.kill('SIGKILL');
        await restarted;
        await cluster.untilHealthy();
        injected += 2;
      }
    }
    await takes.end();
    await victim.stop();
    await scenario.conclude('rolling restart, consumers killed with -9', injected, { standstill });
  });
}
