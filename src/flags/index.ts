/**
 * The groups of flags about servers, shared by many commands: each with its variables, its type and what it stands for in core. What
 * belongs to a few commands is imported from its own file.
 */
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
  type GroupFlags,
  type StoreFlags,
  type StoreLayoutFlags,
  type TopicFlags,
} from './connections.js';
export { forceFlags } from './force.js';
export { shelfFlags } from './models.js';
export { securityFlags, securityOf, type SecurityFlags } from './security.js';
export { accessOf, servingFlags, type ServingFlags } from './serving.js';
export {
  cacheFlags,
  homeFlags,
  siteFlags,
  siteOptions,
  stackOptions,
  stackFlags,
  type HomeFlags,
  type StackFlags,
} from './stack.js';
