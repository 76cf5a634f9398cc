import { setTimeout as sleep } from 'node:timers/promises';
import { it } from 'vitest';
import type { Broker } from '../support/broker.js';
import { randomOf, rounds, short } from '../support/form.js';
import { Scenario, type Stage } from '../support/scenario.js';

const awayMs = 10_000;

/** By what a broker does for the topic and the group. */
const roles: Readonly<Record<string, (scenario: Scenario) => Promise<Broker>>> = {
  'leader of a partition': ({ cluster, trial }) => cluster.leader(trial.topic),
  'coordinator of the group': ({ cluster, trial }) => cluster.coordinator(trial.group),
  'active controller': ({ cluster }) => cluster.controller(),
};

export function brokerKilled(stage: () => Stage): void {
  it.each(Object.entries(roles).slice(0, short ? 1 : undefined))(
    'loses nothing when the %s is killed with -9',
    async (role, find) => {
      const scenario = await Scenario.start(stage());
      const { cluster } = scenario;
      const random = randomOf(20 + Object.keys(roles).indexOf(role));
      scenario.consume();
      const takes = scenario.produce();
      for (let round = 1; round <= rounds; round += 1) {
        await takes.flow(random.between(100, 500));
        const broker = await find(scenario);
        await broker.stop('SIGKILL');
        await sleep(awayMs);
        await broker.start();
        await cluster.untilHealthy();
        await cluster.client.ask('elect');
      }
      await scenario.conclude(`${role} killed with -9`, rounds);
    },
  );
}
