import { MvsError } from '../base/errors.js';
import { ByteReader } from './byte-reader.js';

export interface TimedJpeg {
  /** Presentation time in milliseconds. */
  readonly milliseconds: number;
  /** A view of the bytes that were read, not a copy: it may share its memory with other pictures. */
  readonly jpeg: Uint8Array;
}

const range = 2 ** 32;

/** `\0\nSMJPEG`, version and duration, both u32. */
const magic = Buffer.from('\0\nSMJPEG', 'latin1');

/**
 * Reads an smjpeg stream as ffmpeg writes it (http://icculus.org/SMJPEG; libavformat/smjpegenc.c): a header of tagged
 * chunks up to `HEND`, then per frame `vidD`, u32 BE milliseconds, u32 BE size and the JPEG, then `DONE`.
 * Pulls a chunk only when a frame is requested. An empty stream has no frames. A layer of its own because chunks of bytes do not
 * begin and end where pictures do.
 *
 * @throws MvsError EXTRACTOR_FAILED if the stream violates the format, or a frame has more than `maxBytes`.
 */
export async function* readSmjpeg(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<TimedJpeg, void, void> {
  const reader = new ByteReader(chunks);
  let last = 0;
  try {
    if (!(await readHeader(reader))) return;
    for (let tag = await reader.tag(); tag !== 'DONE'; tag = await reader.tag()) {
      if (tag !== 'vidD') throw broken(`"vidD" or "DONE" expected, ${JSON.stringify(tag)} found`);
      const { milliseconds, jpeg } = await readFrame(reader, maxBytes);
      last = following(last, milliseconds);
      yield { milliseconds: last, jpeg };
    }
  } finally {
    await reader.close();
  }
}

/** The format has room for 49 days, and then times begin anew. */
function following(last: number, milliseconds: number): number {
  const whole = Math.floor(last / range) * range + milliseconds;
  return last - whole > range / 2 ? whole + range : whole;
}

async function readFrame(reader: ByteReader, maxBytes: number): Promise<TimedJpeg> {
  const head = await reader.take(8);
  const [milliseconds, size] = [u32(head, 0), u32(head, 4)];
  if (size > maxBytes) {
    throw new MvsError('EXTRACTOR_FAILED', `A frame has ${size} bytes, more than the limit of ${maxBytes}`, {
      hint: 'Make frames smaller with --width or a higher --quality number.',
    });
  }
  const jpeg = await reader.take(size);
  if (jpeg[0] !== 0xff || jpeg[1] !== 0xd8) throw broken('a frame is not a JPEG');
  return { milliseconds, jpeg };
}

/** False if the stream is empty: ffmpeg failed before the header. */
async function readHeader(reader: ByteReader): Promise<boolean> {
  if (await reader.atEnd()) return false;
  if (!magic.equals(await reader.take(magic.length))) throw broken('it does not begin with the smjpeg mark');
  await reader.take(8);
  for (let tag = await reader.tag(); tag !== 'HEND'; tag = await reader.tag()) {
    const size = u32(await reader.take(4), 0);
    // _TXT and _VID hold nothing new. ffmpeg writes a few bytes, so a long chunk is not a header.
    if (size > 65_536) throw broken(`a header chunk ${JSON.stringify(tag)} of ${size} bytes`);
    await reader.take(size);
  }
  return true;
}

function u32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at);
}

function broken(what: string): MvsError {
  return new MvsError('EXTRACTOR_FAILED', `The frame stream of ffmpeg is broken: ${what}`);
}
