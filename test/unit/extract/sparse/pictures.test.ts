import { describe, expect, test } from 'vitest';
import { av1 } from '../../../../src/core/extract/sparse/pictures/av1.js';
import { inspectorOf } from '../../../../src/core/extract/sparse/pictures/inspector-of.js';
import {
  notClosed,
  notOnePicture,
  otherParameters,
  PictureOrder,
  type Picture,
} from '../../../../src/core/extract/sparse/pictures/pictures.js';
import { vp8 } from '../../../../src/core/extract/sparse/pictures/vp8.js';
import { vp9 } from '../../../../src/core/extract/sparse/pictures/vp9.js';
import { Presentation } from '../../../../src/core/extract/sparse/presentation.js';

const reference = (place: number): Picture => ({ place, isReference: true });
const bytes = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(' ', ''), 'hex');

describe('VP8', () => {
  const key = bytes('10 00 00 9d 01 2a 40 01 40 00');
  test.each([
    ['a shown frame', '11 00 00', false, reference(1)],
    ['a hidden frame', '01 00 00', false, notOnePicture],
    ['a frame that is not what the container says', '11 00 00', true, notClosed],
    ['a key frame of another size', '10 00 00 9d 01 2a 40 02 40 00', true, otherParameters],
  ])('%s', (_, packet, isKey, expected) => {
    const inspect = vp8();
    expect(inspect(key, true)).toEqual(reference(0));
    expect(inspect(bytes(packet), isKey)).toEqual(expected);
  });
});

describe('VP9', () => {
  // Marker, profile 0, key, shown; sync code; colour; 320×64.
  const key = bytes('82 49 83 42 00 13 f0 03 f0 00');
  test.each([
    ['a shown frame', '86 00 00 02', reference(1)],
    ['a key frame that is shown again', '88', 'a key frame is shown again'],
    ['a hidden frame that is shown again', '84 00 20 01 88 c1 04 01 c1', reference(1)],
    ['a hidden frame', '84 00 00 01', notOnePicture],
    ['a hidden frame and a shown one', '84 00 00 01 86 00 00 02 c1 04 04 c1', reference(1)],
    ['two shown frames', '86 00 00 02 86 00 00 02 c1 04 04 c1', notOnePicture],
  ])('%s', (_, packet, expected) => {
    const inspect = vp9();
    expect(inspect(key, true)).toEqual(reference(0));
    expect(inspect(bytes(packet), false)).toEqual(expected);
  });
});

describe('AV1', () => {
  const sequence = '0a 02 00 00';
  test.each([
    ['a shown frame', '32 01 30', false, reference(1)],
    ['a hidden frame that is shown', '32 01 20 1a 01 80', false, reference(1)],
    ['a hidden frame that is shown and missing', '1a 01 80', false, 'a hidden picture is missing'],
    ['a hidden frame alone', '32 01 20', false, notOnePicture],
    ['a hidden frame and a shown one', '32 01 20 32 01 30', false, reference(1)],
    ['a hidden key frame', '32 01 00 32 01 30', false, notClosed],
    ['a key frame without its parameters', '32 01 10', true, notClosed],
    ['other parameters', '0a 02 00 01 32 01 10', true, otherParameters],
  ])('%s', (_, packet, isKey, expected) => {
    const inspect = av1();
    expect(inspect(bytes(`${sequence} 32 01 10`), true)).toEqual(reference(0));
    expect(inspect(bytes(packet), isKey)).toEqual(expected);
  });
});

test('pictures of H.264 and HEVC are placed by the lower bits of their order', () => {
  const order = new PictureOrder(4);
  const places = [0, 8, 4, 2, 14, 10, 4, 0].map((lower, n) =>
    order.of(lower, ![2, 3, 5].includes(n), n === 0),
  );
  expect(places).toEqual([0, 8, 4, 2, 14, 10, 20, 16]);
  expect(order.of(0, true, true)).toBe(0);
});

test('numbers must have the order of the pictures', () => {
  const presentation = new Presentation();
  const fits = (number: number, place: number, begins = false): boolean =>
    presentation.fits(number, place, begins);
  expect([fits(1, 0, true), fits(4, 8), fits(2, 4), fits(3, 6)]).toEqual([true, true, true, true]);
  expect([fits(5, 7), fits(6, 9)]).toEqual([false, true]);
  expect([fits(7, 0, true), fits(9, 4), fits(8, 5)]).toEqual([true, true, false]);
});

test('a codec without an inspector is in doubt', () => {
  expect(() => inspectorOf('mpeg2video', new Uint8Array(0), 0)).toThrow('mpeg2video');
});
