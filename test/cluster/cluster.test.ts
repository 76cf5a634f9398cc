import { afterAll, beforeAll, describe } from 'vitest';
import { publishTable } from '../chaos/support/table.js';
import { brokerKilled } from './faults/broker-killed.js';
import { rollingRestart } from './faults/rolling-restart.js';
import { Cluster } from './support/cluster.js';
import { rounds, seed, short } from './support/form.js';
import { createMaterial } from './support/material.js';
import type { Stage } from './support/scenario.js';

/**
 * One file, because its tests share brokers that they kill. `npm test` runs the first two scenarios once, `npm run
 * test:cluster` all of them; MVS_CLUSTER_SEED replays a run.
 */
describe(`three brokers, each frame stored once (seed ${seed}, ${rounds} rounds)`, () => {
  const cleanUps: (() => Promise<void>)[] = [];
  let stage: Stage;

  beforeAll(async () => {
    console.log(`MVS_CLUSTER_SEED=${seed}`);
    const cleanUp = (work: () => Promise<void>): void => void cleanUps.unshift(work);
    const [cluster, material] = await Promise.all([Cluster.open(cleanUp), createMaterial(cleanUp)]);
    stage = { cluster, material };
  });

  afterAll(async () => {
    publishTable(seed, 'MVS_CLUSTER_TABLE');
    for (const cleanUp of cleanUps) await cleanUp();
  });

  rollingRestart(() => stage);
  brokerKilled(() => stage);
  if (short) return;
});
