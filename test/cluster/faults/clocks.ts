import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import { freshName } from '../../support/fresh.js';
import type { Cluster } from '../support/cluster.js';
import { randomOf, rounds } from '../support/form.js';
import { clipFrames } from '../support/material.js';
import { Scenario, type Stage } from '../support/scenario.js';

const dayMs = 24 * 60 * 60_000;
const preload = fileURLToPath(new URL('../support/shifted-clock.js', import.meta.url));

export function wrongClocks(stage: () => Stage): void {
  it.each([
    ['behind', -1],
    ['ahead', 1],
  ] as const)('keeps the frames of a producer whose clock is days %s', async (how, sign) => {
    const scenario = await Scenario.withoutTopic(stage());
    const { cluster, trial } = scenario;
    const random = randomOf(100 + sign);
    const settings = ['--retention', '1h', '--partitions', '6', '--replication-factor', '3'];
    const created = await trial.mvs('topic:create', trial.topic, ...settings);
    expect(created, created.stderr).toMatchObject({ exitCode: 0 });
    for (let round = 1; round <= rounds; round += 1) {
      const shift = sign * random.between(30, 60) * dayMs;
      const env = { NODE_OPTIONS: `--import=${preload}`, MVS_TEST_CLOCK_SHIFT: String(shift) };
      const produced = await trial.mvsWith(env, ...scenario.produceArgs, '--name', `round-${round}`);
      expect(produced, produced.stdout).toMatchObject({ exitCode: 0 });
    }
    await untilRetentionHasWorked(cluster);
    for (let round = 1; round <= rounds; round += 1) trial.expectFrames(`round-${round}`, clipFrames);
    scenario.consume();
    await scenario.conclude(`clock of the producer ${how} by a month`, rounds);
  });
}

/** A topic whose messages are too old is empty then: so is any other that has such messages. */
async function untilRetentionHasWorked({ client }: Cluster): Promise<void> {
  const topic = freshName('old');
  await client.ask('create', topic, 1, 'retention.ms=3600000');
  await client.ask('send', topic, Date.now() - 30 * dayMs);
  const emptied = async (): Promise<void> => {
    expect(await client.ask('dump', topic)).toEqual([]);
  };
  await vi.waitFor(emptied, { timeout: 120_000, interval: 500 });
}
