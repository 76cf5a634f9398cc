import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import { MvsError } from '../base/errors.js';
import { maxFramePixels } from '../frames/frame.js';
import { quoted } from '../base/text.js';
import type { LocalFile } from '../base/temporary-file.js';
import { fileProblem, readableSize } from '../source/files.js';
import { inputArguments, isLive, type ExtractInput } from './input.js';
import type { Diagnostics } from './diagnostics.js';
import { findBinary } from './binaries.js';
import { chooseStream, listed } from './choose-stream.js';
import { codecOf, describe, sideData, stream, type VideoProbe } from './probe-answer.js';
import { ToolProcess, type ToolOptions } from './tool-process.js';
import { unreadable, unsupported } from './unreadable.js';

const entries = [
  'format=duration,nb_streams',
  'stream=index,codec_name,codec_tag_string,width,height,pix_fmt,color_range,avg_frame_rate,r_frame_rate,duration,nb_frames',
  'stream_tags=DURATION,NUMBER_OF_FRAMES',
  'stream_side_data=displaymatrix',
  'packet=stream_index',
  'packet_side_data=side_data_type',
].join(':');

const answer = v.object({
  packets: v.optional(v.array(v.object({ side_data_list: sideData })), []),
  streams: v.optional(v.array(stream), []),
  format: v.optional(v.object({ duration: v.optional(v.string()), nb_streams: v.optional(v.number(), 0) })),
});

const counts = v.object({
  streams: v.optional(
    v.array(v.object({ index: v.number(), nb_read_packets: v.optional(v.string(), '0') })),
    [],
  ),
});

export interface StreamOptions {
  /** The index of the video stream to read; otherwise the first one that is not a single picture. */
  readonly streamIndex?: number | undefined;
}

/**
 * Asks ffprobe about the video stream of a file that is to be read.
 *
 * @throws MvsError NO_INPUT if the file cannot be read, NOT_A_VIDEO if it has no video, FRAME_TOO_LARGE, EXTRACTOR_FAILED
 *   if ffprobe does not work or stalls; the signal's reason when it is aborted.
 */
export async function probeVideo(
  file: ExtractInput,
  options: ToolOptions & StreamOptions = {},
): Promise<VideoProbe> {
  if (!isLive(file)) await mustHaveContent(file);
  // The video streams of an HLS playlist are the same video in several qualities.
  const all = options.streamIndex !== undefined || !isLive(file) || file.live !== 'hls';
  const args = ['-select_streams', all ? 'V' : 'V:0', '-read_intervals', '%+#1', '-show_entries', entries];
  const { json, log } = await ffprobe(file, args, options);
  const { format, streams, packets } = v.parse(answer, json);
  const name = quoted(file.input);
  const { streamIndex: wanted } = options;
  const chosen = await chooseStream(file.input, streams, wanted, () => packetsOf(file, options));
  const first = chosen?.stream;
  const seen = first !== undefined && first.width > 0 && first.height > 0;
  if (seen ? first.width * first.height > maxFramePixels : log.tooLarge) throw tooLarge(file, first);
  if (format === undefined) throw await unreadable(file, log);
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
  if (!seen && first.codec_name === 'unknown')
    throw unsupported(file.input, codecOf(first), `ffprobe ${(await findBinary('ffprobe')).release}`);
  if (!seen) throw await unreadable(file, log);
  return {
    ...describe(first, format.duration),
    position: chosen?.position ?? 0,
    unusualStream: chosen?.isDefault === false ? wanted : undefined,
    choice:
      wanted === undefined && streams.length > 1 ? `${listed(streams)}; ${first.index} is read` : undefined,
  };
}

/** The number of packets of each video stream, for the rare file whose first one may be a cover. */
async function packetsOf(file: ExtractInput, options: ToolOptions): Promise<ReadonlyMap<number, number>> {
  if (isLive(file)) return new Map();
  const args = ['-select_streams', 'V', '-count_packets', '-show_entries', 'stream=index,nb_read_packets'];
  const { streams } = v.parse(counts, (await ffprobe(file, args, options)).json);
  return new Map(streams.map(({ index, nb_read_packets: packets }) => [index, Number(packets)]));
}

/** Runs ffprobe on a file. If the file cannot be opened, `json` is empty, and `log` has the reason. */
export async function ffprobe(
  file: ExtractInput,
  args: readonly string[],
  options: ToolOptions,
): Promise<{ json: unknown; log: Diagnostics }> {
  const before = ['-hide_banner', '-v', 'level+error', ...args, '-of', 'json'];
  const all = (input: ExtractInput): string[] => [...before, ...inputArguments(input)];
  const child = await ToolProcess.start('ffprobe', file, all, options);
  const output = await text(child.output()).catch(() => '');
  const failure = await child.failure();
  options.signal?.throwIfAborted();
  if (failure) throw failure;
  return { json: parsed(output), log: child.log };
}

/** ffprobe begins the JSON before it opens the file; after a failure the JSON is empty or incomplete. */
function parsed(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    return {};
  }
}

async function mustHaveContent({ input, path }: LocalFile): Promise<void> {
  const size = await readableSize(path).catch((error: unknown) => {
    throw fileProblem(input, error);
  });
  if (size > 0) return;
  throw new MvsError('NOT_A_VIDEO', `${quoted(input)} is empty (0 bytes)`, {
    hint: 'Copy or download it again.',
  });
}

function tooLarge({ input }: ExtractInput, size: { width: number; height: number } | undefined): MvsError {
  const frames = size?.width ? `frames of ${size.width}×${size.height} pixels` : 'frames';
  const limit = `more than the limit of ${maxFramePixels / 1e6} million pixels`;
  return new MvsError('FRAME_TOO_LARGE', `${quoted(input)} has ${frames}, ${limit}`, {
    hint: 'Scale the video down first. --width does not help, because frames are decoded at their original size.',
  });
}
