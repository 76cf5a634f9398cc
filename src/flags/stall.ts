import { Flags } from '@oclif/core';
import type { Infer } from './infer.js';

/** For sources and for consumers alike. */
export const stallFlags = {
  'stall-timeout': Flags.integer({
    description: 'give up after this many seconds without progress',
    env: 'MVS_STALL_TIMEOUT',
    helpValue: 'S',
    min: 1,
    max: 86_400,
    default: 60,
  }),
};

export type StallFlags = Infer<typeof stallFlags>;

/** In milliseconds. */
export function stallTimeout(flags: StallFlags): number {
  return flags['stall-timeout'] * 1000;
}
