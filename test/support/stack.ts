import { inject } from 'vitest';
// For the types of what it provides.
import type {} from './global-setup.js';

export interface SharedStack {
  readonly brokers: string[];
  /** A mongodb URL with a database in it; take another database for each test. */
  readonly store: string;
  /** What MVS_HOME would be. */
  readonly home: string;
  /** What MVS_CACHE would be. */
  readonly cache: string;
}

/** The servers that global-setup started for the whole run. */
export function sharedStack(): SharedStack {
  return { brokers: inject('brokers'), store: inject('store'), home: inject('home'), cache: inject('cache') };
}
