import { Flags } from '@oclif/core';
import { presetNames } from '../config/presets.js';

/** For producers and consumers. */
export const presetFlags = {
  preset: Flags.option({
    description:
      'settings for a purpose, where no flag, variable or file says otherwise (docs/configuration.md)',
    env: 'MVS_PRESET',
    options: presetNames,
  })(),
};
