import { stackFlags } from './stack.js';

/** Where networks are kept that do not come with mvs. */
export const shelfFlags = { home: stackFlags.home, cache: stackFlags.cache };
