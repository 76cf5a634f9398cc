import * as v from 'valibot';
import type { LocalFile } from '../base/temporary-file.js';
import { openToRead } from '../source/files.js';
import { ffprobe } from './probe.js';
import type { ToolOptions } from './tool-process.js';

const answer = v.object({
  format: v.optional(v.object({ format_name: v.optional(v.string()) })),
});

/**
 * Reads all streams of a file's container to the end, and returns the problems that may be those of its video. Some damage shows only
 * here: bit flips in a video without checksums (VP8) decode to wrong pictures without an error, and a truncated AVI just ends.
 *
 * @param index of the video stream: problems that name another stream do not count
 */
export async function containerProblems(
  file: LocalFile,
  index: number,
  options: ToolOptions,
): Promise<readonly string[]> {
  const args = ['-count_packets', '-show_entries', 'stream=nb_read_packets:format=format_name'];
  const { json, log } = await ffprobe(file, args, options);
  const { format } = v.parse(answer, json);
  // If the file cannot be opened any more, all problems count.
  if (format) log.keepOf(format.format_name, index);
  const missing = await missingOfRiff(file);
  return missing > 0 ? [...log.problems, `${missing} bytes of the file are missing`] : log.problems;
}

/** The number of missing bytes of an AVI: a RIFF file begins with the length of the file, or of its first part. */
async function missingOfRiff(source: LocalFile): Promise<number> {
  await using file = await openToRead(source);
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(8), position: 0 });
  if (bytesRead < 8 || buffer.toString('latin1', 0, 4) !== 'RIFF') return 0;
  const { size } = await file.stat();
  return Math.max(0, buffer.readUInt32LE(4) + 8 - size);
}
