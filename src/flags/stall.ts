import { Flags } from '@oclif/core';

/** For sources and for consumers alike. */
export const stallFlags = {
  'stall-timeout': Flags.integer({
    description: 'seconds without any sign of life after which what is waited for has stalled',
    env: 'MVS_STALL_TIMEOUT',
    helpValue: 'S',
    min: 1,
    max: 86_400,
    default: 60,
  }),
};
