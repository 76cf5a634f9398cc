import { describe, expect, test } from 'vitest';
import { readSmjpeg, type TimedJpeg } from '../../../src/core/extract/smjpeg.js';

const u32 = (number: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
};
const text = Buffer.from('hello');
const header = Buffer.concat([
  Buffer.from('\0\nSMJPEG', 'latin1'),
  u32(0),
  u32(0),
  Buffer.from('_TXT'),
  u32(text.length),
  text,
  Buffer.from('HEND'),
]);
const jpegOf = (size: number, fill: number) =>
  Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.alloc(size - 2, fill)]);
const frameOf = (time: number, jpeg: Buffer) =>
  Buffer.concat([Buffer.from('vidD'), u32(time), u32(jpeg.length), jpeg]);
const end = Buffer.from('DONE');

const jpegs = [jpegOf(10, 1), jpegOf(1000, 2), jpegOf(2, 3)];
const stream = Buffer.concat([header, ...jpegs.map((jpeg, index) => frameOf(index * 40, jpeg)), end]);

/** Chunks one after the other, and how many were taken. */
function chunked(bytes: Buffer, size: number) {
  const state = { taken: 0, closed: false };
  async function* chunks() {
    try {
      for (let from = 0; from < bytes.length; from += size) {
        state.taken += 1;
        yield await Promise.resolve(bytes.subarray(from, from + size));
      }
    } finally {
      state.closed = true;
    }
  }
  return { chunks: chunks(), state };
}

async function read(bytes: Buffer, { size = 64, limit = 10_000 } = {}): Promise<TimedJpeg[]> {
  const frames: TimedJpeg[] = [];
  for await (const frame of readSmjpeg(chunked(bytes, size).chunks, limit)) frames.push(frame);
  return frames;
}

test.each([1, 3, 7, 64, 1003, 1_000_000])(
  'frames come out the same from chunks of %i bytes',
  async (size) => {
    const frames = await read(stream, { size });
    expect(frames.map((frame) => frame.milliseconds)).toEqual([0, 40, 80]);
    expect(frames.map((frame) => Buffer.from(frame.jpeg))).toEqual(jpegs);
  },
);

test('a frame within one chunk is not copied', async () => {
  const [frame] = await read(stream, { size: stream.length });
  expect(frame?.jpeg.buffer).toBe(stream.buffer);
});

test('nothing is read before a frame is asked for, nor more than it needs', async () => {
  const { chunks, state } = chunked(stream, 64);
  const frames = readSmjpeg(chunks, 10_000);
  expect(state.taken).toBe(0);
  await frames.next();
  // Header and first frame have 55 bytes.
  expect(state.taken).toBe(1);
  await frames.next();
  const needed = Math.ceil((55 + 12 + 1000) / 64);
  expect(state.taken).toBe(needed);
  await frames.return();
  expect(state).toEqual({ taken: needed, closed: true });
});

test('a time of more than 24 days is not negative', async () => {
  const long = Buffer.concat([header, frameOf(0x90000000, jpegOf(2, 0)), end]);
  expect((await read(long))[0]?.milliseconds).toBe(0x90000000);
});

test('times that begin anew after 49 days go on', async () => {
  const times = [4_294_967_290, 10, 3_000_000_000, 5].map((time) => frameOf(time, jpegOf(2, 0)));
  const frames = await read(Buffer.concat([header, ...times, end]));
  const beyond = frames.map(({ milliseconds }) => milliseconds - 2 ** 32);
  expect(beyond).toEqual([-6, 10, 3_000_000_000, 2 ** 32 + 5]);
});

test('an empty stream has no frames', async () => {
  expect(await read(Buffer.alloc(0))).toEqual([]);
});

describe('a broken stream is an error and not a wait', () => {
  const after = (...parts: Buffer[]) => Buffer.concat([header, ...parts]);
  test.each([
    ['another format', Buffer.alloc(100), /smjpeg mark/],
    [
      'a header that is too long',
      Buffer.concat([header.subarray(0, 16), Buffer.from('_TXT'), u32(1e6)]),
      /header chunk/,
    ],
    ['an unknown chunk', after(Buffer.from('sndD')), /"sndD" found/],
    ['a frame that is no JPEG', after(frameOf(0, Buffer.alloc(20))), /not a JPEG/],
    ['an end within a frame', after(frameOf(0, jpegOf(20, 0)).subarray(0, 30)), /2 bytes early/],
    ['an end without its mark', after(frameOf(0, jpegOf(20, 0))), /4 bytes early/],
    ['a frame over the limit', after(Buffer.from('vidD'), u32(0), u32(0xffffffff)), /more than the limit/],
  ])('%s', async (_, bytes, message) => {
    await expect(read(bytes)).rejects.toMatchObject({ code: 'EXTRACTOR_FAILED', message });
  });
});
