import * as v from 'valibot';
import { MvsError } from '../base/errors.js';
import { maxFramePixels } from '../frames/frame.js';
import { quoted } from '../base/text.js';
import type { LocalFile } from '../base/temporary-file.js';
import { fileProblem, readableSize } from '../source/files.js';
import { isLive, type ExtractInput } from './input.js';
import type { Diagnostics } from './diagnostics.js';
import { findBinary } from './binaries.js';
import { chooseStream, listed } from './choose-stream.js';
import {
  answer,
  codecOf,
  describe,
  type Answer,
  type StreamAnswer,
  type VideoProbe,
} from './probe-answer.js';
import { ffprobe } from './ffprobe.js';
import { rawRateOf } from './raw-rate.js';
import type { ToolOptions } from './tool-process.js';
import { unreadable, unsupported } from './unreadable.js';

const entries = [
  'format=duration,nb_streams,format_name',
  'stream=index,codec_type,codec_name,codec_tag_string,width,height,pix_fmt,has_b_frames,color_range,avg_frame_rate,r_frame_rate,duration,nb_frames,nb_read_packets',
  'stream_tags=DURATION,NUMBER_OF_FRAMES',
  'stream_disposition=attached_pic',
  'stream_side_data=displaymatrix',
  'packet=stream_index',
  'packet_side_data=side_data_type',
].join(':');

/** A file up to this size is read to its end at once, so that `containerProblems` needs no second ffprobe, which costs more. */
const smallFile = 2 << 20;

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
  const { answer: said, log, whole } = await ask(file, options);
  const { format, packets } = said;
  const streams = said.streams.filter(hasPictures);
  const name = quoted(file.input);
  const { streamIndex: wanted } = options;
  const counting = () => (whole ? Promise.resolve(packetsIn(streams)) : packetsOf(file, options));
  const chosen = await chooseStream(file.input, streams, wanted, counting);
  const first = chosen?.stream;
  const seen = first !== undefined && first.width > 0 && first.height > 0;
  if (seen ? first.width * first.height > maxFramePixels : log.tooLarge) throw tooLarge(file, first);
  if (format === undefined) throw await unreadable(file, log);
  if (first === undefined) {
    const what = format.nb_streams > 0 ? 'has no video stream (audio only?)' : 'has no streams';
    throw new MvsError('NOT_A_VIDEO', `${name} ${what}`, { hint: 'Give a file with pictures in it.' });
  }
  // A file may begin in the clear: then the part that can be read is.
  const begin = packets.find(({ stream_index: of }) => streams.some(({ index }) => index === of));
  if (begin?.side_data_list.some((data) => data.side_data_type === 'Encryption info')) {
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
    rawRate: await rawRateOf(file, format.format_name, options),
    container: whole ? { format: format.format_name, log } : undefined,
  };
}

interface Asked {
  readonly answer: Answer;
  readonly log: Diagnostics;
  /** The whole file was read. */
  readonly whole: boolean;
}

async function ask(file: ExtractInput, options: ToolOptions & StreamOptions): Promise<Asked> {
  const whole = !isLive(file) && (await sizeOf(file)) <= smallFile;
  // The video streams of an HLS playlist are the same video in several qualities.
  const all = options.streamIndex !== undefined || !isLive(file) || file.live !== 'hls';
  const start = ['-select_streams', all ? 'V' : 'V:0', '-read_intervals', '%+#1'];
  const args = [...(whole ? ['-count_packets'] : start), '-show_entries', entries];
  const { json, log } = await ffprobe(file, args, options);
  return { answer: v.parse(answer, json), log, whole };
}

/** ffmpeg's `V`: not the cover art of a music file. */
function hasPictures({ codec_type: type, disposition }: StreamAnswer): boolean {
  return type === 'video' && disposition.attached_pic === 0;
}

/** The number of packets of each video stream, for the rare file whose first one may be a cover. */
async function packetsOf(file: ExtractInput, options: ToolOptions): Promise<ReadonlyMap<number, number>> {
  if (isLive(file)) return new Map();
  const args = ['-select_streams', 'V', '-count_packets', '-show_entries', 'stream=index,nb_read_packets'];
  return packetsIn(v.parse(answer, (await ffprobe(file, args, options)).json).streams);
}

function packetsIn(streams: readonly StreamAnswer[]): ReadonlyMap<number, number> {
  return new Map(streams.map(({ index, nb_read_packets: packets }) => [index, Number(packets)]));
}

async function sizeOf({ input, path }: LocalFile): Promise<number> {
  const size = await readableSize(path).catch((error: unknown) => {
    throw fileProblem(input, error);
  });
  if (size > 0) return size;
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
