import { rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { MvsError } from '../base/errors.js';
import { quoted } from '../base/text.js';
import { inputArguments } from '../extract/input.js';
import { probeVideo } from '../extract/probe.js';
import type { VideoProbe } from '../extract/probe-answer.js';
import type { VideoFile } from '../extract/source-file.js';
import { ToolProcess } from '../extract/tool-process.js';
import type { FrameFilter, Results } from '../store/port.js';
import { unwritable } from '../base/output-file.js';
import type { Destination } from './destination.js';
import { hitsOf, type Hit } from './hits.js';

interface Wanted {
  readonly filter: FrameFilter;
  /** Seconds before and after the matching frames. */
  readonly pad: number;
  readonly destination: Destination;
}

/** ffmpeg's muxers for what a source may be; Matroska takes almost anything. */
const muxers: Readonly<Record<string, string>> = {
  '.mp4': 'mp4',
  '.m4v': 'mp4',
  '.mov': 'mov',
  '.webm': 'webm',
};
/** In the words of the C library. */
const noSpace = /No space left on device|Disk quota exceeded|File too large/;
const matroska = { extension: '.mkv', muxer: 'matroska' };

/**
 * Copies the parts of a video with matching frames, its audio included, to files of their own.
 * @throws MvsError as `probeVideo` does, and EXTRACTOR_FAILED, DISK_FULL, CONFIG
 */
export async function exportClips(
  video: string,
  source: VideoFile,
  results: Pick<Results, 'glimpses'>,
  { filter, pad, destination }: Wanted,
  signal: AbortSignal,
): Promise<void> {
  const probe = await probeVideo(source, { signal, streamIndex: source.streamIndex });
  for await (const hit of hitsOf(results, video, filter, pad)) {
    const file = await cut(source, probe, hit, destination.folder, signal);
    await destination.add(file, { kind: 'clip', video, ...hit });
  }
}

/** @returns the file */
async function cut(
  source: VideoFile,
  probe: VideoProbe,
  hit: Hit,
  folder: string,
  signal: AbortSignal,
): Promise<string> {
  const extension = path.extname(source.path).toLowerCase();
  const muxer = muxers[extension];
  const forms = [...(muxer === undefined ? [] : [{ extension, muxer }]), matroska];
  const name = path.join(folder, `clip-${hit.from.toFixed(3)}-${hit.to.toFixed(3)}`);
  const part = `${name}.part`;
  try {
    for (const form of forms) {
      if (!(await copied(source, probe, hit, { part, muxer: form.muxer }, signal))) continue;
      const file = `${name}${form.extension}`;
      await rename(part, file).catch((error: unknown) => {
        throw unwritable(file, error);
      });
      return file;
    }
  } finally {
    await rm(part, { force: true });
  }
  throw new MvsError('EXTRACTOR_FAILED', `ffmpeg cannot copy a part of ${quoted(source.input)}`, {
    hint: 'Run again with --verbose, or export pictures instead of --clips.',
  });
}

/** Whether ffmpeg has written something. */
async function copied(
  source: VideoFile,
  { position }: VideoProbe,
  { from, to }: Hit,
  { part, muxer }: { readonly part: string; readonly muxer: string },
  signal: AbortSignal,
): Promise<boolean> {
  const args = (): string[] => [
    ...['-hide_banner', '-nostdin', '-loglevel', 'level+error', '-ss', from.toFixed(3)],
    ...inputArguments(source),
    ...['-t', (to - from).toFixed(3), '-map', `0:V:${position}`, '-map', '0:a?', '-c', 'copy'],
    ...['-avoid_negative_ts', 'make_zero', '-f', muxer, '-y', `file:${part}`],
  ];
  const ffmpeg = await ToolProcess.start('ffmpeg', source, args, { signal });
  try {
    // First, because it waits no longer than the process makes progress.
    const failure = await ffmpeg.failure();
    signal.throwIfAborted();
    if (await isOverLimit(ffmpeg)) throw unwritable(part, full('file too large'));
    if (failure) throw failure;
    const { exitCode } = await ffmpeg.ended;
    const problem = ffmpeg.log.problems.find((each) => noSpace.test(each));
    if (exitCode !== 0 && problem !== undefined) throw unwritable(part, full(problem));
    return exitCode === 0 && (await stat(part)).size > 0;
  } finally {
    await ffmpeg.stop();
  }
}

/** The limit of "ulimit -f" ends a program by a signal. A process that stalls may not have ended. */
async function isOverLimit(ffmpeg: ToolProcess): Promise<boolean> {
  const ended = await Promise.race([ffmpeg.ended, Promise.resolve(undefined)]);
  return ended?.signal === 'SIGXFSZ';
}

function full(message: string): Error {
  return Object.assign(new Error(message), { code: 'ENOSPC' });
}
