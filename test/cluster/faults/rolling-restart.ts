import { it } from 'vitest';
import { randomOf, rounds } from '../support/form.js';
import { Scenario, type Stage } from '../support/scenario.js';

export function rollingRestart(stage: () => Stage): void {
  it('loses nothing while the brokers are restarted one after the other', async () => {
    const scenario = await Scenario.start(stage());
    const { cluster } = scenario;
    const random = randomOf(1);
    scenario.consume();
    const takes = scenario.produce();
    for (let round = 1; round <= rounds; round += 1) {
      for (const broker of random.some(cluster.all.length, cluster.all)) {
        await takes.flow(random.between(100, 500));
        await broker.stop('SIGTERM');
        await broker.start();
        await cluster.untilHealthy();
      }
      // Back to where they were, as an operator would: leaders move once more.
      await cluster.client.ask('elect');
    }
    await scenario.conclude('rolling restart of all brokers', rounds * cluster.all.length);
  });
}
