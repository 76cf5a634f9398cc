import { setTimeout as sleep } from 'node:timers/promises';
import { it } from 'vitest';
import { randomOf, rounds } from '../support/form.js';
import { Scenario, type Stage } from '../support/scenario.js';

const longestMs = 12_000;
/** Nothing can be published or settled while they are down; the rest is for their start and what follows. */
const standstill = longestMs / 1000 + 40;

export function twoDown(stage: () => Stage): void {
  it('waits while two of three brokers are down, and loses nothing', async () => {
    const scenario = await Scenario.start(stage());
    const { cluster } = scenario;
    const random = randomOf(4);
    scenario.consume();
    const takes = scenario.produce();
    for (let round = 1; round <= rounds; round += 1) {
      await takes.flow(random.between(100, 500));
      const down = random.some(2, cluster.all);
      await Promise.all(down.map((broker) => broker.stop('SIGKILL')));
      await sleep(random.between(4_000, longestMs));
      await Promise.all(down.map((broker) => broker.start()));
      await cluster.untilHealthy();
      await cluster.client.ask('elect');
    }
    await scenario.conclude('two of three brokers down', rounds, { standstill });
  });
}
