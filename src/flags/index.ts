/** The groups of flags that commands share, each with its environment variables and its own validation. */
export {
  brokerFlags,
  defaultGroup,
  groupFlags,
  storeFlags,
  storeLayoutFlags,
  storeOf,
  streamOf,
  topicFlags,
  usualBrokerPort,
} from './connections.js';
export { forceFlags } from './force.js';
export { classifierFlags, consumeFlags } from './consuming.js';
export { shelfFlags } from './models.js';
export { samplingOf } from './method.js';
export { produceFlags, runFlags } from './producing.js';
export { securityFlags, securityOf, type SecurityFlags } from './security.js';
export { accessOf, servingFlags, type ServingFlags } from './serving.js';
export { homeFlags, stackFlags } from './stack.js';
export { optionalSourceArgs, sourceArgs, watchedFolder } from './sources.js';
export { resetFlags } from './reset.js';
export { topicSpecFlags, topicSpecOf } from './topic-spec.js';
