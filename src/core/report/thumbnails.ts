import { stat } from 'node:fs/promises';
import { execa } from 'execa';
import pMap from 'p-map';
import { fingerprint } from '../extract.js';
import { findBinary } from '../extract/binaries.js';
import { inputArguments } from '../extract/command.js';
import type { LocalFile } from '../source-files.js';
import type { VideoInfo } from '../store/port.js';

/** Pixels across. */
const width = 240;
const concurrency = 2;
const patienceMs = 20_000;

/** The file that a video was made from, where it is still there and still the same. */
export async function sourceOf(
  { fingerprint: wanted, samplings }: VideoInfo,
  signal: AbortSignal,
): Promise<LocalFile | undefined> {
  for (const source of new Set(samplings.flatMap(({ end }) => (end ? [end.source] : [])))) {
    const file = { input: source, path: source };
    const found = await stat(source).catch(() => undefined);
    if (found?.isFile() && (await fingerprint(file, signal)) === wanted) return file;
  }
  return undefined;
}

/** A small JPEG for each moment, in seconds; undefined for one that ffmpeg finds no picture at. */
export async function thumbnailsAt(
  file: LocalFile,
  times: readonly number[],
  signal: AbortSignal,
): Promise<(Uint8Array | undefined)[]> {
  const { path: ffmpeg } = await findBinary('ffmpeg');
  return pMap(
    times,
    async (time) => {
      const from = ['-hide_banner', '-nostdin', '-loglevel', 'error', '-ss', time.toFixed(3)];
      const one = [
        '-map',
        '0:V:0',
        '-frames:v',
        '1',
        '-vf',
        `scale=${width}:-2`,
        '-q:v',
        '5',
        '-f',
        'mjpeg',
        'pipe:1',
      ];
      const { stdout } = await execa(ffmpeg, [...from, ...inputArguments(file), ...one], {
        encoding: 'buffer',
        reject: false,
        timeout: patienceMs,
        cancelSignal: signal,
      });
      signal.throwIfAborted();
      return stdout.length > 0 ? stdout : undefined;
    },
    { concurrency },
  );
}
