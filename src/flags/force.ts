import { Flags } from '@oclif/core';

/** For commands that ask before they destroy something. */
export const forceFlags = {
  force: Flags.boolean({ char: 'f', description: 'do not ask for confirmation' }),
};
