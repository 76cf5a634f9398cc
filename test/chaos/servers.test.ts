import { brokerAway } from './faults/broker-away.js';
import { databaseAway } from './faults/database-away.js';
import { diskFull } from './faults/disk-full.js';
import { responsesLost } from './faults/responses-lost.js';
import { soak } from './faults/soak.js';
import { stalled } from './faults/stalled.js';
import { chaosSuite } from './support/suite.js';

chaosSuite('servers', (arena) => {
  brokerAway(arena);
  responsesLost(arena);
  databaseAway(arena);
  stalled(arena);
  diskFull();
  soak(arena);
});
