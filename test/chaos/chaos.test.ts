import { afterAll, beforeAll, describe } from 'vitest';
import { brokerAway } from './faults/broker-away.js';
import { consumerKilled } from './faults/consumer-killed.js';
import { databaseAway } from './faults/database-away.js';
import { diskFull } from './faults/disk-full.js';
import { producerKilled } from './faults/producer-killed.js';
import { rebalanced } from './faults/rebalance.js';
import { responsesLost } from './faults/responses-lost.js';
import { signalled } from './faults/signals.js';
import { soak } from './faults/soak.js';
import { stalled } from './faults/stalled.js';
import { Arena } from './support/arena.js';
import { full, seed } from './support/form.js';
import { publishTable } from './support/table.js';

/**
 * One file, because its tests share servers that they kill: they run one after the other, beside all other tests.
 * MVS_CHAOS=full breaks things more often and for longer; MVS_CHAOS_SEED replays a run.
 */
describe(`whatever breaks, each frame is stored once (seed ${seed}, ${full ? 'full' : 'short'} form)`, () => {
  const cleanUps: (() => Promise<void>)[] = [];
  let arena: Arena;

  beforeAll(async () => {
    console.log(`MVS_CHAOS_SEED=${seed}`);
    arena = await Arena.open((work) => cleanUps.unshift(work));
  });

  afterAll(async () => {
    publishTable(seed, 'MVS_CHAOS_TABLE');
    for (const cleanUp of cleanUps) await cleanUp();
  });

  consumerKilled(() => arena);
  producerKilled(() => arena);
  brokerAway(() => arena);
  responsesLost(() => arena);
  databaseAway(() => arena);
  rebalanced(() => arena);
  signalled(() => arena);
  stalled(() => arena);
  diskFull();
  soak(() => arena);
});
