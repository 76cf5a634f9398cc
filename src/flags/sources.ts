import { setMaxListeners } from 'node:events';
import { Args, Flags } from '@oclif/core';
import { parseDuration } from '../core/base/duration.js';
import { MvsError } from '../core/base/errors.js';
import type { Log } from '../core/base/log.js';
import type { ProduceOptions } from '../core/produce/outcome.js';
import type { WatchedFolder } from '../core/produce/watched-folder.js';
import { recognise } from '../core/produce/recognise.js';
import type { FindOptions } from '../core/source/find.js';
import { nameForms } from '../core/source/names.js';
import { mustBeFolder } from '../core/source/watch-folder.js';
import { grouped } from './grouped.js';
import type { Infer } from './infer.js';
import { stallTimeout, type StallFlags } from './stall.js';

const videos = {
  description:
    'files, folders, globs, http(s) URLs, - for stdin (with --name), or live sources: …/x.m3u8, rtsp(s)://…, device:/dev/video0',
  // oclif would read names from stdin, which may be a video.
  ignoreStdin: true,
};

/** What a producer reads. */
export const sourceArgs = { videos: Args.string({ ...videos, required: true }) };

/** For commands that can read a watched folder instead. */
export const optionalSourceArgs = { videos: Args.string(videos) };

export const sourceFlags = grouped('INPUT', {
  recursive: Flags.boolean({
    char: 'r',
    description: 'search folders and all folders below them',
    env: 'MVS_RECURSIVE',
  }),
  'spool-limit': Flags.integer({
    description: 'largest URL or stdin that is accepted, in mebibytes; it is first written to TMPDIR',
    env: 'MVS_SPOOL_LIMIT',
    helpValue: 'MIB',
    min: 1,
    max: 1 << 30,
    default: 16_384,
  }),
  'max-duration': Flags.custom<number>({
    description: 'end a live source cleanly after this time: 30s, 10m, 2h, 1d',
    env: 'MVS_MAX_DURATION',
    helpValue: 'TIME',
    parse: (input) => Promise.resolve(milliseconds(input)),
  })(),
  'reconnect-attempts': Flags.integer({
    description: 'attempts to reconnect to a lost live source, with growing delays',
    env: 'MVS_RECONNECT_ATTEMPTS',
    helpValue: 'N',
    min: 0,
    max: 1_000_000,
    default: 20,
  }),
  name: Flags.string({
    helpValue: 'NAME',
    description: 'name of the video, instead of its file name; repeat it for each input, in order',
    multiple: true,
    multipleNonGreedy: true,
  }),
  'name-from': Flags.option({
    description:
      'name of a video: its file name, or its path below the folder or glob, such as lobby/12/00.00',
    env: 'MVS_NAME_FROM',
    options: nameForms,
    default: 'file' as const,
  })(),
});

export const watchFlags = grouped('INPUT', {
  watch: Flags.string({
    char: 'w',
    description: 'produce the videos of a folder as they arrive, until Ctrl-C',
    env: 'MVS_WATCH',
    helpValue: 'FOLDER',
    exclusive: ['name'],
  }),
  settle: Flags.integer({
    description: 'seconds without change until a file of a watched folder is complete',
    env: 'MVS_SETTLE',
    helpValue: 'S',
    min: 0,
    max: 3600,
    default: 5,
  }),
});

export type SourceFlags = Infer<typeof sourceFlags>;

export function findOptions(
  flags: SourceFlags & StallFlags,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Log },
): FindOptions {
  const { recursive, name: names, 'name-from': nameFrom } = flags;
  const stallMs = stallTimeout(flags);
  // Each ffprobe listens, and as many run as there are cores; Node takes more than ten for a leak.
  setMaxListeners(Infinity, signal);
  return { recursive, names, nameFrom, log, isVideo: (file) => recognise(file, { signal, stallMs }) };
}

/** How sources are read. */
export function readOptions(
  flags: SourceFlags & StallFlags,
): Pick<ProduceOptions, 'spoolLimit' | 'maxDurationMs' | 'reconnectAttempts' | 'stallMs'> {
  const { 'max-duration': maxDurationMs } = flags;
  return {
    spoolLimit: flags['spool-limit'],
    ...(maxDurationMs === undefined ? {} : { maxDurationMs }),
    reconnectAttempts: flags['reconnect-attempts'],
    stallMs: stallTimeout(flags),
  };
}

/**
 * The folder to watch; undefined if inputs are given instead.
 * @throws MvsError USAGE if both or neither are given, NO_INPUT if there is no such folder
 */
export async function watchedFolder(
  { watch: folder, recursive, settle, 'name-from': nameFrom }: SourceFlags & Infer<typeof watchFlags>,
  inputs: readonly unknown[],
): Promise<WatchedFolder | undefined> {
  const hint = 'Give files, folders, globs or URLs, or a folder to --watch.';
  if (folder === undefined) {
    if (inputs.length > 0) return undefined;
    throw new MvsError('USAGE', 'there is nothing to produce', { hint });
  }
  if (inputs.length > 0) throw new MvsError('USAGE', 'inputs and --watch cannot be used together', { hint });
  // Before the servers are asked, which may take long.
  await mustBeFolder(folder);
  return { folder, recursive, nameFrom, settleMs: settle * 1000 };
}

/** The longest time of a timer. */
const longestMs = 2 ** 31 - 1;

function milliseconds(input: string): number {
  // A number without a unit is in seconds.
  const ms = parseDuration(/\d$/.test(input) ? `${input}s` : input) ?? 0;
  if (ms > 0 && ms <= longestMs) return ms;
  throw new MvsError('USAGE', `${JSON.stringify(input)} is not a time`, {
    hint: 'Give a number of seconds, minutes, hours or days: 30s, 10m, 2h, 1d; at most 24d.',
  });
}
