import { describe, expect, it } from 'vitest';
import { decode, encodeEnd, encodeFrame, frameIdOf } from '../../../src/core/stream/codec.js';
import { FrameListWriter } from '../../../src/core/frames/frame-list.js';
import { MvsError } from '../../../src/core/base/errors.js';
import { textHeaders } from '../../../src/core/stream/message.js';
import type { Headers } from '../../../src/core/stream/port.js';
import type { EndOfVideo, Frame } from '../../../src/core/frames/frame.js';

const frame: Frame = {
  video: 'été – vidéo 日本',
  frame: 12,
  time: 0.4,
  jpeg: Uint8Array.of(255, 216, 1),
  fingerprint: 'ab'.repeat(32),
  sampling: 'every=3',
};
const end: EndOfVideo = {
  video: 'asl hungry.v1.2',
  source: 'a/asl hungry.v1.2.mkv',
  fingerprint: 'cd'.repeat(32),
  sampling: 'every=3',
  framesDecoded: 49,
  framesPublished: 16,
  width: 640,
  height: 480,
  fps: 29.97,
  damaged: false,
};

function textOf(headers: Headers): Record<string, string> {
  return Object.fromEntries(Array.from(headers, ([name, [value]]) => [name, String(value)]));
}

describe('a message', () => {
  it('carries a frame there and back', () => {
    expect(decode(encodeFrame(frame, 'frame'))).toEqual({ type: 'frame', frame });
  });

  it('carries the totals of a video there and back', () => {
    expect(decode(encodeEnd(end))).toEqual({ type: 'end', end });
  });

  it('carries a sampling that is not every Nth, and the frames that it kept', () => {
    const list = new FrameListWriter();
    for (const kept of [1, 26, 49]) list.add(kept);
    const keyframes = { ...end, sampling: 'keyframes', framesPublished: 3, frameList: list.text };
    expect(decode(encodeEnd(keyframes))).toEqual({ type: 'end', end: keyframes });
    expect(textOf(encodeEnd(keyframes).headers)).not.toHaveProperty('every');
    const second = { ...frame, sampling: 'fps=0.5' };
    expect(decode(encodeFrame(second, 'frame'))).toEqual({ type: 'frame', frame: second });
  });

  it('of every Nth frame is read by, and from, versions that know no other sampling', () => {
    const { sampling, ...older } = textOf(encodeFrame(frame, 'frame').headers);
    expect([sampling, older.every]).toEqual(['every=3', '3']);
    const read = decode({ key: null, headers: textHeaders(older), value: frame.jpeg });
    expect(read).toEqual({ type: 'frame', frame });
  });

  it('has the video as key only where the order within a video matters', () => {
    expect(encodeFrame(frame, 'video')).toMatchObject({ key: Buffer.from(frame.video), ordered: true });
    expect(encodeFrame(frame, 'frame')).toMatchObject({
      key: Buffer.from(`${frame.video}:12`),
      ordered: false,
    });
  });

  const headers = textOf(encodeFrame(frame, 'frame').headers);
  const totals = textOf(encodeEnd(end).headers);
  const value = frame.jpeg;
  it.each([
    ['no headers', {}, value],
    ['an unknown schema version', { ...headers, schema_version: '99' }, value],
    ['an unknown type', { ...headers, message_type: 'sound' }, value],
    ['a frame number that is none', { ...headers, frame: 'twelve' }, value],
    ['frame number 0', { ...headers, frame: '0' }, value],
    ['a frame number that no video reaches', { ...headers, frame: '100000001' }, value],
    ['a frame number beyond all precision', { ...headers, frame: '9'.repeat(30) }, value],
    ['a negative time', { ...headers, presentation_time_ms: '-1' }, value],
    ['an empty name', { ...headers, video_name: '' }, value],
    ['a name with NUL', { ...headers, video_name: 'a\0b' }, value],
    ['an endless name', { ...headers, video_name: 'x'.repeat(1001) }, value],
    ['a sampling rate of 0', { ...headers, every: '0' }, value],
    ['an unknown sampling', { ...headers, sampling: 'odd=1' }, value],
    ['no sampling', { ...headers, sampling: undefined, every: undefined }, value],
    ['totals of key frames that list none', { ...totals, sampling: 'keyframes' }, encodeEnd(end).value],
    [
      'totals that list other than was counted',
      { ...totals, sampling: 'keyframes' },
      Buffer.from(JSON.stringify({ ...end, frameList: 'AwA=' })),
    ],
    ['totals of every Nth with a list', totals, Buffer.from(JSON.stringify({ ...end, frameList: 'AwA=' }))],
    ['a fingerprint that is none', { ...headers, fingerprint: '$ne' }, value],
    ['totals that are no JSON', totals, Buffer.from('{')],
    ['totals with a missing count', totals, Buffer.from('{"source":"x"}')],
  ])('with %s is refused as bad data', (_, badHeaders, badValue) => {
    const read = (): unknown =>
      decode({ key: null, headers: textHeaders(defined(badHeaders)), value: badValue });
    expect(read).toThrow(MvsError);
    expect(read).toThrow(expect.objectContaining({ code: 'BAD_MESSAGE', retriable: false }));
  });

  it.each([
    ['a value larger than any frame', Buffer.alloc((32 << 20) + 1), headersOf()],
    ['an optional header that is not UTF-8', value, headersOf([['sampling', [Buffer.from([0xff, 0xfe])]]])],
    ['a header that is not UTF-8', value, headersOf([['video_name', [Buffer.from([0xff, 0xfe])]]])],
    [
      'the last of several headers of one name',
      value,
      headersOf([['frame', [Buffer.from('1'), Buffer.from('x')]]]),
    ],
  ])('with %s is refused as bad data', (_, badValue, badHeaders) => {
    expect(() => decode({ key: null, headers: badHeaders, value: badValue })).toThrow(
      expect.objectContaining({ code: 'BAD_MESSAGE' }),
    );
  });

  it('may have the highest frame number, and names no frame beyond it', () => {
    const last = { ...frame, frame: 100_000_000 };
    expect(decode(encodeFrame(last, 'frame'))).toEqual({ type: 'frame', frame: last });
    expect(frameIdOf(encodeFrame(last, 'frame'))).toEqual({ video: frame.video, frame: last.frame });
    const beyond = encodeFrame({ ...frame, frame: 100_000_001 }, 'frame');
    expect(frameIdOf(beyond)).toEqual({ video: frame.video });
  });

  it('may carry headers of others, a tracer for example', () => {
    const message = encodeFrame(frame, 'frame');
    const others: [string, Uint8Array[]][] = [
      ['traceparent', [Buffer.from([1, 255])]],
      ['__proto__', [Buffer.from('x')]],
    ];
    expect(decode({ ...message, headers: headersOf(others) })).toEqual({ type: 'frame', frame });
  });
});

function defined(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])),
  );
}

function headersOf(changes: readonly [string, Uint8Array[]][] = []): Headers {
  return new Map([...encodeFrame(frame, 'frame').headers, ...changes]);
}
