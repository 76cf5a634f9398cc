import { describe, expect, it } from 'vitest';
import { collectionNameOf } from '../../../src/core/store/collection-name.js';
import { decode, encodeEnd, encodeFrame } from '../../../src/core/stream/codec.js';
import type { EndOfVideo, Frame } from '../../../src/core/frames/frame.js';

const sampling = { video: 'cat', fingerprint: 'ab'.repeat(32), sampling: 'every=3' };
const frame: Frame = { ...sampling, frame: 12, time: 0.4, jpeg: Uint8Array.of(255, 216, 1) };
const size = { width: 640, height: 480, fps: 30 };
const end: EndOfVideo = {
  ...sampling,
  ...size,
  source: 'cat.webm',
  framesDecoded: 49,
  framesPublished: 16,
  damaged: false,
};

/** What somebody may write who does not use our types. */
const as = (value: unknown): never => value as never;

describe('a message that could shape a query, a path in the database or a terminal is refused:', () => {
  it.each([
    ['video', ''],
    ['video', 'a\0b'],
    ['video', 'a\nb'],
    ['video', '\u001b[2J'],
    ['video', '\u009b2J'],
    ['sampling', 'every=1.5'],
    ['sampling', 'every=1.$set'],
    ['sampling', 'every=1.__proto__'],
    ['sampling', 'every=1e3'],
    ['sampling', 'every=0x10'],
    ['sampling', 'every=-1'],
    ['sampling', 'every= 1'],
    ['sampling', 'every=١'],
    ['sampling', 'every=Infinity'],
    ['sampling', 'fps=0.5.$set'],
    ['sampling', 'fps=$ne'],
    ['sampling', 'keyframes.a'],
    ['sampling', '__proto__'],
    ['sampling', `every=${'9'.repeat(16)}`],
    ['frame', '1.5'],
    ['frame', '$inc'],
    ['frame', '1e3'],
    ['fingerprint', '{"$ne":null}'],
    ['fingerprint', `$${'a'.repeat(32)}`],
    ['fingerprint', `${'ab'.repeat(32)}\n`],
  ])('%s %j', (field, value) => {
    const refused = expect.objectContaining({ code: 'BAD_MESSAGE' }) as Error;
    expect(() => decode(encodeFrame({ ...frame, [field]: as(value) }, 'frame'))).toThrow(refused);
    if (field === 'frame') return;
    expect(() => decode(encodeEnd({ ...end, [field]: as(value) }))).toThrow(refused);
  });
});

it.each(['$ne', 'a$where', '{"$ne":null}', 'mvs.videos', 'system.users', '.a', 'a.'])(
  'a video that is named %j has a collection of its own, with another name',
  (video) => {
    expect(decode(encodeFrame({ ...frame, video }, 'frame'))).toMatchObject({ frame: { video } });
    expect(collectionNameOf(video)).toMatch(/^mvs\.name=[^$]*[^.$]$/);
  },
);

describe('totals that are no counts are refused:', () => {
  it.each([
    ['framesDecoded', 1e300],
    ['framesDecoded', 1e9],
    ['framesDecoded', -1],
    ['framesDecoded', 1.5],
    ['framesDecoded', '49'],
    ['framesDecoded', { $gt: 0 }],
    ['framesPublished', 2 ** 60],
    ['width', null],
    ['fps', -1],
    ['damaged', 'yes'],
    ['source', { $where: '1' }],
    // Of these a few would fill the document of their video, and its consumers could store nothing more.
    ['source', 'x'.repeat(100_000)],
  ])('%s %j', (field, value) => {
    expect(() => decode(encodeEnd({ ...end, [field]: as(value) }))).toThrow(
      expect.objectContaining({ code: 'BAD_MESSAGE' }),
    );
  });

  it.each(['null', '[]', '1', '"{}"', '1e999', `{"fps":1e999}`])('%s', (text) => {
    const message = { ...encodeEnd(end), value: Buffer.from(text) };
    expect(() => decode(message)).toThrow(expect.objectContaining({ code: 'BAD_MESSAGE' }));
  });
});

it.each(['__proto__', 'constructor', 'a.b.c', 'begun.1', 'ends', 'admin', '{"a":1}'])(
  'the video name %j is data like any other',
  (video) => {
    expect(decode(encodeFrame({ ...frame, video }, 'frame'))).toEqual({
      type: 'frame',
      frame: { ...frame, video },
    });
  },
);

it('what totals hold beyond the known ones is left out', () => {
  const { video: _video, fingerprint: _fingerprint, sampling: _sampling, ...totals } = end;
  const text = JSON.stringify(totals).replace('{', '{"__proto__":{"damaged":true},"$set":{"a":1},"_id":0,');
  const decoded = decode({ ...encodeEnd(end), value: Buffer.from(text) });
  expect(decoded).toEqual({ type: 'end', end });
  expect(Object.getPrototypeOf(decoded.type === 'end' && decoded.end)).toBe(Object.prototype);
});
