import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Overview } from '../../src/core/operate/overview.js';
import { freshName } from '../support/fresh.js';
import { jsonOf, binaryIn, type Binary } from '../support/mvs.js';
import { Cluster } from './support/cluster.js';
import { short } from './support/form.js';

/** What hangs takes minutes; a machine that is busy with three brokers makes seconds long. */
const patienceMs = 30_000;

describe.skipIf(short)('a cluster of three brokers that is partly down', () => {
  const cleanUps: (() => Promise<void>)[] = [];
  const [everywhere, once] = [freshName('everywhere'), freshName('once')];
  let cluster: Cluster;
  let mvs: Binary;

  beforeAll(async () => {
    cluster = await Cluster.open((work) => void cleanUps.unshift(work));
    mvs = binaryIn({
      MVS_BROKERS: cluster.brokers.join(','),
      MVS_STORE: cluster.store,
      MVS_HOME: cluster.home,
      MVS_TOPIC: everywhere,
    });
  });

  afterAll(async () => {
    for (const cleanUp of cleanUps) await cleanUp();
  });

  const asked = async (...args: string[]) => {
    const began = performance.now();
    const result = await mvs(...args);
    expect(performance.now() - began, args.join(' ')).toBeLessThan(patienceMs);
    return result;
  };
  const brokerCheck = async () => (jsonOf(await asked('status', '--json')) as Overview).checks[0];

  it('answers what it can with one broker down, and names what it cannot', async () => {
    await mvs('topic:create', '--replication-factor', '3');
    await mvs('topic:create', once, '--replication-factor', '1');
    const broker = await cluster.leader(once, 1);
    const outage = `1 of 3 brokers does not answer: ${broker.address}`;
    await broker.stop('SIGKILL');
    await vi.waitFor(async () => {
      expect(await cluster.client.ask('brokers')).toHaveLength(2);
    }, 60_000);

    expect(await brokerCheck()).toMatchObject({ state: 'warning', detail: outage });
    expect((await asked('doctor')).stdout).toContain(outage);
    expect(await asked('lag')).toMatchObject({ exitCode: 0, stderr: `warn: ${outage}` });
    // A topic without a leader is no reason to keep others waiting.
    const produced = await asked('produce', 'videos/cat.webm', '--every', '50');
    expect(produced).toMatchObject({ exitCode: 0, stderr: `warn: ${outage}` });
    const listed = jsonOf(await asked('topic:list', '--json'));
    expect(listed).toMatchObject({ topics: [{ topic: everywhere }], unavailable: [once] });
    for (const command of ['lag', 'topic:describe', 'produce']) {
      const video = command === 'produce' ? ['videos/cat.webm'] : [];
      const { exitCode, stderr } = await asked(
        command,
        ...video,
        '--stream',
        `kafka://${cluster.brokers.join(',')}/${once}`,
      );
      expect(exitCode).toBe(69);
      expect(stderr).toContain(
        `partition 1 of ${once} has no leader that answers; ${outage}\n  Start the missing brokers`,
      );
    }
  });

  it('says which partitions have no leader when one broker is left, and is well again with all', async () => {
    await cluster.heal();
    const [first, second] = cluster.all;
    await first?.stop('SIGKILL');
    await second?.stop('SIGKILL');
    expect(await brokerCheck()).toMatchObject({
      detail: expect.stringMatching(/^2 of 3 brokers do not answer: /) as string,
    });
    for (const args of [['lag'], ['topic:describe'], ['offsets:reset', '--to', 'earliest', '--force']]) {
      const { exitCode, stderr } = await asked(...args);
      expect(exitCode).toBe(69);
      expect(stderr).toMatch(
        /partitions? [\d, ]+ of \S+ ha(s|ve) no leader that answers; .*2 of 3 brokers do not/,
      );
      expect(stderr).not.toContain('mvs up');
    }
    await cluster.heal();
    // A broker that has just come back is registered a moment before all partitions have leaders again.
    const isWell = async (): Promise<void> => {
      expect(await brokerCheck()).toMatchObject({ state: 'ok' });
    };
    await vi.waitFor(isWell, { timeout: 30_000, interval: 500 });
  });
});
