import { expect, test } from 'vitest';
import { decode, encodeEnd } from '../../../src/core/stream/codec.js';
import { Numbering } from '../../../src/core/extract/numbering.js';

const jpeg = new Uint8Array();

test('numbers of a live source go on over its connections', () => {
  const numbering = new Numbering();
  for (const expected of [3, 6, 9]) {
    numbering.connect();
    expect(numbering.place({ frame: 3, time: 0.1, jpeg })?.frame).toBe(expected);
  }
  expect(numbering.totals(5)).toMatchObject({ framesDecoded: 11, framesExtracted: 3, damaged: false });
});

test('a live source gets no more frames than readers of its end believe in', () => {
  const numbering = new Numbering();
  numbering.connect();
  expect(numbering.place({ frame: 99_999_999, time: 0, jpeg })?.frame).toBe(99_999_999);
  numbering.connect();
  expect(numbering.place({ frame: 3, time: 0, jpeg })).toBeUndefined();
  const { framesDecoded } = numbering.totals(3);
  const about = { video: 'v', source: 's', fingerprint: 'ab'.repeat(32), sampling: 'every=3' };
  const size = { width: 1, height: 1, fps: 30, damaged: false };
  const message = encodeEnd({ ...about, ...size, framesDecoded, framesPublished: 33_333_333 });
  expect(decode(message)).toMatchObject({ type: 'end', end: { framesDecoded: 100_000_000 } });
});
