import { Args, Flags } from '@oclif/core';
import { parseDuration } from '../core/base/duration.js';
import { MvsError } from '../core/base/errors.js';
import type { WatchedFolder } from '../core/produce/watched-folder.js';

const videos = {
  description:
    'files, folders, globs, http(s) URLs, - for stdin (with --name), or live: …/x.m3u8, rtsp(s)://…, device:/dev/video0',
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
  'spool-limit': Flags.integer({
    description: 'mebibytes; a URL or stdin that is larger is refused: each is written to TMPDIR first',
    env: 'MVS_SPOOL_LIMIT',
    helpValue: 'MIB',
    min: 1,
    max: 1 << 30,
    default: 16_384,
  }),
  'max-duration': Flags.custom<number>({
    description: 'ends a live source in good order after so long: 30s, 10m, 2h, 1d',
    env: 'MVS_MAX_DURATION',
    helpValue: 'TIME',
    parse: (input) => Promise.resolve(milliseconds(input)),
  })(),
  'reconnect-attempts': Flags.integer({
    description: 'a live source that is lost is looked for so many times, with growing pauses',
    env: 'MVS_RECONNECT_ATTEMPTS',
    helpValue: 'N',
    min: 0,
    max: 1_000_000,
    default: 20,
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

/** What a timer can wait for. */
const longestMs = 2 ** 31 - 1;

function milliseconds(input: string): number {
  // A number alone is seconds.
  const ms = parseDuration(/\d$/.test(input) ? `${input}s` : input) ?? 0;
  if (ms > 0 && ms <= longestMs) return ms;
  throw new MvsError('USAGE', `${JSON.stringify(input)} is not a time`, {
    hint: 'Give a number of seconds, minutes, hours or days: 30s, 10m, 2h, 1d; at most 24d.',
  });
}
