import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { MvsError } from '../errors.js';
import { fileProblem, quoted, readableSize } from '../source-files.js';
import type { Source } from '../source.js';
import { inputArguments } from './command.js';
import type { Diagnostics } from './diagnostics.js';
import { describe, sideData, stream, type VideoProbe } from './probe-answer.js';
import { ToolProcess } from './tool-process.js';

const entries = [
  'format=duration,nb_streams',
  'stream=codec_name,width,height,avg_frame_rate,r_frame_rate,duration,nb_frames',
  'stream_tags=DURATION,rotate',
  'stream_side_data=rotation',
  'packet=stream_index',
  'packet_side_data=side_data_type',
].join(':');

const answer = z.object({
  packets: z.array(z.object({ side_data_list: sideData })).default([]),
  streams: z.array(stream).default([]),
  format: z.object({ duration: z.string().optional(), nb_streams: z.number().default(0) }).optional(),
});

/**
 * Asks ffprobe about the first video stream of a file.
 *
 * @throws MvsError NO_INPUT where the file can't be read, NOT_A_VIDEO where it has no video to extract,
 *   EXTRACTOR_FAILED where ffprobe does not work; the signal's reason when it is aborted.
 */
export async function probe(source: Source, signal?: AbortSignal): Promise<VideoProbe> {
  await mustHaveContent(source);
  const args = ['-select_streams', 'V:0', '-read_intervals', '%+#1', '-show_entries', entries];
  const { json, log } = await ffprobe(source, args, signal);
  const { format, streams, packets } = answer.parse(json);
  const name = quoted(source.input);
  if (format === undefined) throw unreadable(source, log);
  const first = streams[0];
  if (first === undefined) {
    const what = format.nb_streams > 0 ? 'has no video stream (audio only?)' : 'has no streams';
    throw new MvsError('NOT_A_VIDEO', `${name} ${what}`, { hint: 'Give a file with pictures in it.' });
  }
  if (
    packets.some((packet) => packet.side_data_list.some((data) => data.side_data_type === 'Encryption info'))
  ) {
    throw new MvsError('NOT_A_VIDEO', `${name} is encrypted`, {
      hint: 'Give a file without copy protection.',
    });
  }
  if (first.width === 0 || first.height === 0) throw unreadable(source, log);
  return describe(first, format.duration);
}

/** Runs ffprobe on a file; `json` is empty where the file can't be opened, and `log` says why. */
export async function ffprobe(
  source: Source,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<{ json: unknown; log: Diagnostics }> {
  const all = ['-hide_banner', '-v', 'level+error', ...args, '-of', 'json', ...inputArguments(source)];
  const child = await ToolProcess.start('ffprobe', () => all, signal);
  const output = await text(child.stdout).catch(() => '');
  const failure = await child.failure();
  signal?.throwIfAborted();
  if (failure) throw failure;
  // ffprobe opens the JSON before the file and leaves it empty, or writes nothing, when that fails.
  return { json: output.trim() === '' ? {} : JSON.parse(output), log: child.log };
}

async function mustHaveContent({ input }: Source): Promise<void> {
  const size = await readableSize(input).catch((error: unknown) => {
    throw fileProblem(input, error);
  });
  if (size > 0) return;
  throw new MvsError('NOT_A_VIDEO', `${quoted(input)} is empty (0 bytes)`, {
    hint: 'Copy or download it again.',
  });
}

function unreadable(source: Source, log: Diagnostics): MvsError {
  const name = quoted(source.input);
  const reason = log.problems[0]?.replace(`file:${source.input}: `, '');
  if (reason !== undefined && /not on whitelist|m3u8|hls/.test(reason)) {
    const kind = /^(.*): Format not on whitelist/.exec(reason)?.[1] ?? 'hls';
    return new MvsError('NOT_A_VIDEO', `${name} is not a video: its content is of the kind "${kind}"`, {
      hint: 'Playlists, scripts and texts are not followed: give the video files themselves.',
    });
  }
  return new MvsError('NOT_A_VIDEO', `${name} is not a video${reason === undefined ? '' : ` (${reason})`}`, {
    hint: 'Check that it plays; if it was copied or downloaded, do that again.',
  });
}
