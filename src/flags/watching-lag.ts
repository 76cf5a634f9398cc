import { Flags } from '@oclif/core';
import type { WatchOptions } from '../core/operate/lag.js';
import type { Infer } from './infer.js';

export const watchingLagFlags = {
  watch: Flags.boolean({ char: 'w', description: 'repeat the reading, with the rate and the time to drain' }),
  interval: Flags.integer({
    description: 'seconds between two readings of --watch',
    env: 'MVS_INTERVAL',
    helpValue: 'S',
    min: 1,
    max: 3600,
    default: 2,
  }),
  max: Flags.integer({
    description: 'exit with 1 if the total lag exceeds N frames, for alerts',
    helpValue: 'N',
    min: 0,
  }),
};

export function watchOptions(flags: Infer<typeof watchingLagFlags>): Pick<WatchOptions, 'intervalMs'> {
  return { intervalMs: flags.interval * 1000 };
}
