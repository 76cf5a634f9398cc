import { Args, Flags } from '@oclif/core';
import { MvsError } from '../core/errors.js';
import type { WatchedFolder } from '../core/produce-folder.js';

const videos = {
  description: 'files, folders, globs, http(s) URLs, or - for stdin (with --name)',
  // Not a list of names: what comes from there may be a video.
  ignoreStdin: true,
};

/** What a producer reads. */
export const sourceArgs = { videos: Args.string({ ...videos, required: true }) };

/** For commands that may get it from --watch. */
export const optionalSourceArgs = { videos: Args.string(videos) };

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

export const watchFlags = {
  watch: Flags.string({
    char: 'w',
    description: 'produce the videos of a folder as they come, until Ctrl-C',
    env: 'MVS_WATCH',
    helpValue: 'FOLDER',
    exclusive: ['name'],
  }),
  settle: Flags.integer({
    description: 'seconds without change after which a file of a watched folder is complete',
    env: 'MVS_SETTLE',
    helpValue: 'S',
    min: 0,
    max: 3600,
    default: 5,
  }),
};

/** The folder to watch; undefined where inputs are given instead. @throws MvsError USAGE where it is both or neither. */
export function watchedFolder(
  flags: { watch?: string | undefined; settle: number; recursive: boolean },
  inputs: readonly unknown[],
): WatchedFolder | undefined {
  const { watch: folder, recursive, settle } = flags;
  const hint = 'Give files, folders, globs or URLs, or a folder to --watch.';
  if (folder === undefined) {
    if (inputs.length > 0) return undefined;
    throw new MvsError('USAGE', 'there is nothing to produce', { hint });
  }
  if (inputs.length === 0) return { folder, recursive, settleMs: settle * 1000 };
  throw new MvsError('USAGE', 'inputs and --watch cannot be given together', { hint });
}
