import { consumerKilled } from './faults/consumer-killed.js';
import { producerKilled } from './faults/producer-killed.js';
import { relabelKilled } from './faults/relabel-killed.js';
import { rebalanced } from './faults/rebalance.js';
import { signalled } from './faults/signals.js';
import { chaosSuite } from './support/suite.js';

chaosSuite('processes', (arena) => {
  consumerKilled(arena);
  producerKilled(arena);
  relabelKilled(arena);
  rebalanced(arena);
  signalled(arena);
});
