import { expect, it, vi } from 'vitest';
import { Supervisor } from '../../chaos/support/supervisor.js';
import type { Cluster } from '../support/cluster.js';
import { randomOf, rounds } from '../support/form.js';
import { clipFrames } from '../support/material.js';
import { Scenario, type Stage } from '../support/scenario.js';

const partitions = 6;

export function topicRecreated(stage: () => Stage): void {
  it.each([
    ['as many', partitions],
    ['fewer', 2],
  ] as const)(
    'publishes nothing into the void when its topic is deleted and comes back with %s partitions',
    async (how, after) => {
      const scenario = await Scenario.start(stage(), { partitions });
      const { trial, cluster } = scenario;
      const random = randomOf(90 + after);
      // May end with an error, as long as one that is started again reads everything.
      const consumer = new Supervisor(() => trial.mvs(...scenario.consumeArgs));
      for (let round = 1; round <= rounds; round += 1) {
        const video = `round-${round}`;
        trial.expectFrames(video, clipFrames);
        const produce = () => trial.mvs(...scenario.produceArgs, '--name', video);
        const producer = produce();
        await cluster.untilWritten(trial.topic, random.between(100, 500));
        await recreate(cluster, trial.topic, after);
        const { exitCode, stdout } = await producer;
        if (exitCode !== 0) {
          expect(stdout, 'the reason').toMatch(/"code": "TOPIC_(RECREATED|MISSING)"/);
          const again = await produce();
          expect(again, again.stderr).toMatchObject({ exitCode: 0 });
        }
        // Before the next round deletes it with all that is in it.
        await trial.untilSettled(120_000);
      }
      await consumer.stop();
      await scenario.conclude(`topic deleted and recreated with ${how} partitions`, rounds, {
        standstill: 60,
        allInTopic: false,
      });
    },
  );
}

async function recreate({ client }: Cluster, topic: string, partitions: number): Promise<void> {
  await client.ask('delete', topic);
  // The brokers may still know it for a moment.
  const created = (): Promise<unknown> => client.ask('create', topic, partitions);
  await vi.waitFor(created, { timeout: 30_000, interval: 200 });
}
