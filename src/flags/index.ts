/** The groups of flags that commands share, each with its environment variables and its own validation. */
export { brokerFlags, groupFlags, storeFlags, storeOf, streamOf, topicFlags } from './connections.js';
export { forceFlags } from './force.js';
export { batchFlags, classifierFlags } from './consuming.js';
export { metricsFlags } from './metrics.js';
export { samplingOf } from './method.js';
export { ownerFlags, samplingFlags, usefulSamplingFlags } from './producing.js';
export { securityFlags, securityOf, type SecurityFlags } from './security.js';
export { accessOf, servingFlags, type ServingFlags } from './serving.js';
export { homeFlags, stackFlags } from './stack.js';
export { optionalSourceArgs, sourceArgs, sourceFlags, watchedFolder, watchFlags } from './sources.js';
export { stallFlags } from './stall.js';
export { resetFlags } from './reset.js';
export { topicSpecFlags, topicSpecOf } from './topic-spec.js';
