import { Args, Flags } from '@oclif/core';

/** What a producer reads. */
export const sourceArgs = {
  videos: Args.string({
    description: 'files, folders, globs, http(s) URLs, or - for stdin (with --name)',
    required: true,
    // Not a list of names: what comes from there may be a video.
    ignoreStdin: true,
  }),
};

export const sourceFlags = {
  recursive: Flags.boolean({
    char: 'r',
    description: 'search folders with all the folders below them',
    env: 'MVS_RECURSIVE',
  }),
  'stdin-limit': Flags.integer({
    description: 'mebibytes; more than that is not taken from stdin, which is written to TMPDIR first',
    env: 'MVS_STDIN_LIMIT',
    helpValue: 'MIB',
    min: 1,
    max: 1 << 30,
    default: 16_384,
  }),
};
