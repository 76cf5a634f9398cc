import { Args, Flags } from '@oclif/core';

/** What a producer reads. */
export const sourceArgs = {
  videos: Args.string({
    description: 'files, folders, globs or http(s) URLs',
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
};
