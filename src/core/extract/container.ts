import * as v from 'valibot';
import type { LocalFile } from '../base/temporary-file.js';
import { openToRead } from '../source/files.js';
import { ffprobe } from './ffprobe.js';
import { answer, type ContainerLog, type VideoProbe } from './probe-answer.js';
import type { ToolOptions } from './tool-process.js';

/**
 * Reads all streams of a file's container to the end, unless its probe has, and returns the problems that may be those of its video. Some
 * damage shows only here: bit flips in a video without checksums (VP8) decode to wrong pictures without an error, and a truncated AVI just
 * ends. Problems that name another stream do not count.
 */
export async function containerProblems(
  file: LocalFile,
  { index, container }: Pick<VideoProbe, 'index' | 'container'>,
  options: ToolOptions,
): Promise<readonly string[]> {
  const { format, log } = container ?? (await readContainer(file, options));
  // If the file cannot be opened any more, all problems count.
  if (format !== undefined) log.keepOf(format, index);
  const missing = await missingOfRiff(file);
  return missing > 0 ? [...log.problems, `${missing} bytes of the file are missing`] : log.problems;
}

async function readContainer(file: LocalFile, options: ToolOptions): Promise<ContainerLog> {
  const args = ['-count_packets', '-show_entries', 'stream=nb_read_packets:format=format_name'];
  const { json, log } = await ffprobe(file, args, options);
  return { format: v.parse(answer, json).format?.format_name, log };
}

/** The number of missing bytes of an AVI: a RIFF file begins with the length of the file, or of its first part. */
async function missingOfRiff(source: LocalFile): Promise<number> {
  await using file = await openToRead(source);
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(8), position: 0 });
  if (bytesRead < 8 || buffer.toString('latin1', 0, 4) !== 'RIFF') return 0;
  const { size } = await file.stat();
  return Math.max(0, buffer.readUInt32LE(4) + 8 - size);
}
