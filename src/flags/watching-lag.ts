import { Flags } from '@oclif/core';

export const watchingLagFlags = {
  watch: Flags.boolean({ description: 'read again and again, with the rate and the time to drain' }),
  interval: Flags.integer({
    description: 'seconds between two readings of --watch',
    env: 'MVS_INTERVAL',
    helpValue: 'S',
    min: 1,
    max: 3600,
    default: 2,
  }),
  max: Flags.integer({
    description: 'exit with 1 where the total lag is above N frames, for alerts',
    helpValue: 'N',
    min: 0,
  }),
};
