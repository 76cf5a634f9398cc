import { cacheFlags, homeFlags } from './stack.js';

/** Where downloaded networks are kept. */
export const shelfFlags = { ...homeFlags, ...cacheFlags };
