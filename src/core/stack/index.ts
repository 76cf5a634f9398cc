export { down, type DownOptions, type Stopped } from './down.js';
export { isOwnAddress, isOwnServer, runningStack, stoppedPort } from './state.js';
export { status } from './status.js';
export type * from './types.js';
export { up } from './up.js';
