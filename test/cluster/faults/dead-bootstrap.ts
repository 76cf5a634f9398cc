import { expect, it } from 'vitest';
import { reservedPort } from '../../support/ports.js';
import { randomOf, rounds } from '../support/form.js';
import { Scenario, type Stage } from '../support/scenario.js';

export function deadBootstrap(stage: () => Stage): void {
  it('starts with a bootstrap address at which there is no broker', async () => {
    const scenario = await Scenario.start(stage());
    const { cluster, trial } = scenario;
    const random = randomOf(6);
    for (let round = 1; round <= rounds; round += 1) {
      const addresses = [...cluster.brokers];
      // First in one round, since that is where a client begins.
      const place = round === 1 ? 0 : random.between(0, addresses.length);
      addresses.splice(place, 0, `127.0.0.1:${await reservedPort()}`);
      const brokers = ['--brokers', addresses.join(',')];
      scenario.consume(...brokers);
      const takes = scenario.produce(`round-${round}`, ...brokers);
      await takes.flow(random.between(100, 500));
      await takes.end();
      const lag = await trial.mvs('lag', '--json', ...brokers);
      expect(lag, lag.stderr).toMatchObject({ exitCode: 0 });
    }
    await scenario.conclude('dead bootstrap address', rounds);
  });

  it('starts while one of the brokers is down', async () => {
    const scenario = await Scenario.start(stage());
    const { cluster, trial } = scenario;
    const random = randomOf(16);
    for (let round = 1; round <= rounds; round += 1) {
      const broker = cluster.broker(random.between(1, cluster.all.length));
      await broker.stop('SIGKILL');
      scenario.consume();
      const takes = scenario.produce(`round-${round}`);
      await takes.flow(random.between(100, 500));
      await takes.end();
      const lag = await trial.mvs('lag', '--json');
      expect(lag, lag.stderr).toMatchObject({ exitCode: 0 });
      await broker.start();
      await cluster.untilHealthy();
    }
    await scenario.conclude('started while a broker is down', rounds);
  });
}
