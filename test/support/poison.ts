import sharp from 'sharp';
import type { Frame } from '../../src/core/frames/frame.js';
import { encodeEnd, encodeFrame } from '../../src/core/stream/codec.js';
import type { OutgoingMessage } from '../../src/core/stream/port.js';
import { fingerprint, picture } from './pipeline.js';

/** Frame number of every poison message that is a frame of the video "cat" but for its picture. */
export const badPicture = 1000;

/** The frame of every poison message, with this picture. */
const frameWith = (jpeg: Uint8Array): Frame => ({
  ...{ video: 'cat', frame: badPicture, time: 0, jpeg, fingerprint, sampling: 'every=1' },
});

/** A frame that is no picture. */
export function notAJpeg(): OutgoingMessage {
  return encodeFrame(frameWith(Buffer.from('this is no picture')), 'frame');
}

/** What nobody can process, by what is wrong with it. */
export async function poison(): Promise<Record<string, OutgoingMessage>> {
  const jpeg = await picture();
  const frame = frameWith(jpeg);
  const good = encodeFrame(frame, 'frame');
  const withHeader = (name: string, ...values: (string | Uint8Array)[]): OutgoingMessage => ({
    ...good,
    headers: new Map([...good.headers, [name, values.map((value) => Buffer.from(value))]]),
  });
  const totals = { source: 'cat.webm', framesDecoded: 1, framesPublished: 1, damaged: false };
  const end = encodeEnd({
    video: 'cat',
    fingerprint,
    sampling: 'every=1',
    ...totals,
    width: 1,
    height: 1,
    fps: 1,
  });
  return {
    'no headers': { ...good, headers: new Map() },
    'a header that is not UTF-8': withHeader('video_name', Buffer.from([0xc3, 0x28])),
    'a fingerprint that is an operator': withHeader('fingerprint', '{"$ne":""}'),
    'a frame number that is none': withHeader('frame', 'NaN'),
    'a frame number with a sign': withHeader('frame', '-1'),
    'an unknown schema': withHeader('schema_version', '7'),
    'a name with a control character': withHeader('video_name', 'a\u001b[2J'),
    'a name that is too long': withHeader('video_name', 'a'.repeat(1001)),
    'totals that are no JSON': { ...end, value: Buffer.from('{"framesDecoded":') },
    'totals beyond all measure': { ...end, value: Buffer.from('{"framesDecoded":1e300}') },
    'other content under the same name': encodeFrame({ ...frame, fingerprint: 'cd'.repeat(32) }, 'frame'),
    ...(await badPictures(good, jpeg)),
  };
}

/** Takes seconds to make: once for all tests of a worker. */
let made: Promise<Buffer> | undefined;

function bomb(): Promise<Buffer> {
  const create = { width: 16_000, height: 16_000, channels: 3, background: '#000' } as const;
  return (made ??= sharp({ create }).toColourspace('b-w').jpeg().toBuffer());
}

/** Frames whose picture cannot be had, numbered from `badPicture`. */
async function badPictures(good: OutgoingMessage, jpeg: Buffer): Promise<Record<string, OutgoingMessage>> {
  const liar = Buffer.from(jpeg);
  // The sizes in a baseline JPEG's frame header (SOF0): marker, length, precision, height, width.
  liar.writeUInt32BE(0xfff0fff0, liar.indexOf(Buffer.from([0xff, 0xc0])) + 5);
  const values = {
    'not a JPEG': notAJpeg().value,
    'an empty value': Buffer.alloc(0),
    'no value': null,
    'a truncated JPEG': jpeg.subarray(0, jpeg.length / 2),
    'a decompression bomb': await bomb(),
    'a JPEG that says it is huge': liar,
  };
  return Object.fromEntries(
    Object.entries(values).map(([name, value], n) => {
      const headers = new Map([...good.headers, ['frame', [Buffer.from(String(badPicture + n))]]]);
      return [name, { ...good, value, headers }];
    }),
  );
}
