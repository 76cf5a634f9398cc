import { MvsError } from '../base/errors.js';
import { quoted } from '../base/text.js';
import type { StreamAnswer } from './probe-answer.js';

/** A video stream of a file, and those beside it. */
export interface StreamChoice {
  readonly stream: StreamAnswer;
  /** Its position among the video streams, from 0. */
  readonly position: number;
  /** It is the one that is read if none is named. */
  readonly isDefault: boolean;
}

/** Codecs of still pictures, such as covers. Some are codecs of films too. */
const still = new Set(['mjpeg', 'png', 'bmp', 'webp', 'gif', 'tiff', 'jpeg2000', 'jpegxl', 'ppm', 'targa']);

/**
 * The stream to read: the one with the index `wanted`, else the first one that is not a single picture. A cover can come first, and
 * is not always marked as one.
 *
 * @param packetsOf counts the packets of each stream; called only if the container does not know them
 * @throws MvsError NOT_A_VIDEO if there is no video stream with that index
 */
export async function chooseStream(
  input: string,
  streams: readonly StreamAnswer[],
  wanted: number | undefined,
  packetsOf: () => Promise<ReadonlyMap<number, number>>,
): Promise<StreamChoice | undefined> {
  const usual = await firstFilm(streams, packetsOf);
  const position = wanted === undefined ? usual : streams.findIndex(({ index }) => index === wanted);
  const stream = streams[position];
  if (stream) return { stream, position, isDefault: position === usual };
  if (wanted === undefined) return undefined;
  const has = streams.length === 0 ? 'it has none' : `it has ${listed(streams)}`;
  throw new MvsError('NOT_A_VIDEO', `${quoted(input)} has no video stream with index ${wanted}: ${has}`, {
    hint: 'Set --stream-index to the index of a video stream, as "ffprobe FILE" shows it.',
  });
}

/** `0 (mjpeg, 64×64) and 1 (h264, 320×64)` */
export function listed(streams: readonly StreamAnswer[]): string {
  return streams
    .map(({ index, codec_name: codec, width, height }) => `${index} (${codec}, ${width}×${height})`)
    .join(' and ');
}

async function firstFilm(
  streams: readonly StreamAnswer[],
  packetsOf: () => Promise<ReadonlyMap<number, number>>,
): Promise<number> {
  const [first] = streams;
  if (streams.length < 2 || first === undefined || !still.has(first.codec_name)) return 0;
  const counted = streams.every(({ nb_frames: frames }) => frames !== undefined)
    ? new Map(streams.map(({ index, nb_frames: frames }) => [index, Number(frames)]))
    : await packetsOf();
  const isFilm = ({ index }: StreamAnswer): boolean => (counted.get(index) ?? 0) > 1;
  return Math.max(0, streams.findIndex(isFilm));
}
