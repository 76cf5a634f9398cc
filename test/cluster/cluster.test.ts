import { describe } from 'vitest';
import { sharedBy } from '../chaos/support/suite.js';
import { brokerKilled } from './faults/broker-killed.js';
import { wrongClocks } from './faults/clocks.js';
import { consumersKilled } from './faults/consumers-killed.js';
import { coordinatorGone } from './faults/coordinator-gone.js';
import { deadBootstrap } from './faults/dead-bootstrap.js';
import { leaderFrozen } from './faults/leader-frozen.js';
import { mutatedMessages } from './faults/mutated.js';
import { reassigned } from './faults/reassignment.js';
import { rollingRestart } from './faults/rolling-restart.js';
import { topicRecreated } from './faults/topic-recreated.js';
import { twoDown } from './faults/two-down.js';
import { Cluster } from './support/cluster.js';
import { rounds, seed, short } from './support/form.js';
import { createMaterial } from './support/material.js';
import type { Stage } from './support/scenario.js';

/**
 * One file, because its tests share brokers that they kill. `npm test` runs the first two scenarios once, `npm run
 * test:cluster` all of them; MVS_CLUSTER_SEED replays a run.
 */
describe(`three brokers, each frame stored once (seed ${seed}, ${rounds} rounds)`, () => {
  const stage = sharedBy({ variables: 'MVS_CLUSTER', seed }, async (cleanUp): Promise<Stage> => {
    const cluster = await Cluster.open(cleanUp);
    return { cluster, material: await createMaterial(cluster.home) };
  });

  rollingRestart(stage);
  brokerKilled(stage);
  if (short) return;
  coordinatorGone(stage);
  twoDown(stage);
  leaderFrozen(stage);
  deadBootstrap(stage);
  reassigned(stage);
  consumersKilled(stage);
  topicRecreated(stage);
  wrongClocks(stage);
  mutatedMessages(stage);
});
