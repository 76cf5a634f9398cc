/** The groups of flags that commands share, each with its environment variables and its own validation. */
export { brokersOf, groupFlags, storeFlags, storeOf, topicFlags } from './connections.js';
export { batchFlags, classifierFlags } from './consuming.js';
export { samplingOf } from './method.js';
export { ownerFlags, samplingFlags, usefulSamplingFlags } from './producing.js';
export { securityFlags, securityOf, type SecurityFlags } from './security.js';
export { homeFlags, stackFlags } from './stack.js';
export { stallFlags } from './stall.js';
