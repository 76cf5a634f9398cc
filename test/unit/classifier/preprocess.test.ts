import sharp, { type OutputInfo } from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Model } from '../../../src/core/classifier/model.js';
import { BadPicture } from '../../../src/core/classifier/pixels.js';
import { decode } from '../../../src/core/classifier/preprocess.js';
import { eightPixels as model } from './eight-pixels.js';

/** 8 × 4 pixels: red, with a blue part in the middle of 4 × 2. */
const framedBlue = sharp({ create: { width: 4, height: 2, channels: 3, background: '#00f' } })
  .extend({ top: 1, bottom: 1, left: 2, right: 2, background: '#f00' })
  .png()
  .toBuffer();

const blue = [0, 0, 255];
const repeat = (pixel: readonly number[], times: number) => Array.from({ length: times }, () => pixel).flat();

/** Within what JPEG and CMYK do to a flat colour. */
function expectClose(got: Uint8Array, wanted: readonly number[], within = 16): void {
  expect(got).toHaveLength(wanted.length);
  for (const [i, byte] of got.entries())
    expect(Math.abs(byte - (wanted[i] ?? 0))).toBeLessThanOrEqual(within);
}

async function pixels(picture: Uint8Array, network = model): Promise<Uint8Array> {
  return (await decode(picture, network)).rgb;
}

describe('decode', () => {
  test('crops the centre', async () => {
    expect([...(await pixels(await framedBlue))]).toEqual(repeat(blue, 8));
  });

  test('crops a wide picture to the proportions of the input first', async () => {
    const wide = await sharp(await framedBlue)
      .extend({ left: 30, right: 30, background: '#0f0' })
      .png()
      .toBuffer();
    expect([...(await pixels(wide))]).toEqual(repeat(blue, 8));
  });

  test('squashes the whole picture where the network wants that', async () => {
    const squash: Model = { ...model, resize: { mode: 'squash', fraction: 1, kernel: 'nearest' } };
    const rgb = await pixels(await framedBlue, squash);
    expect([...rgb.subarray(0, 3)]).toEqual([255, 0, 0]);
    expect(rgb).toHaveLength(24);
  });

  describe('letterbox', () => {
    const red = [255, 0, 0];
    const bar = [114, 114, 114];
    const square: Model = { ...model, input: { ...model.input, width: 4, height: 4 } };
    const wide = sharp({ create: { width: 8, height: 4, channels: 3, background: '#f00' } })
      .png()
      .toBuffer();
    const tall = sharp({ create: { width: 4, height: 8, channels: 3, background: '#f00' } })
      .png()
      .toBuffer();
    const letterbox = (align: 'center' | 'corner'): Model => ({
      ...square,
      resize: { mode: 'letterbox', fraction: 1, kernel: 'nearest', bars: 114, align },
    });

    test('shows a wide picture between two bars', async () => {
      const { rgb, shown } = await decode(await wide, letterbox('center'));
      expect([...rgb]).toEqual([...repeat(bar, 4), ...repeat(red, 8), ...repeat(bar, 4)]);
      expect(shown).toEqual({ left: 0, top: 0.25, width: 1, height: 0.5 });
    });

    test('shows a tall picture beside a bar', async () => {
      const { rgb, shown } = await decode(await tall, letterbox('corner'));
      expect([...rgb]).toEqual(repeat([...red, ...red, ...bar, ...bar], 4));
      expect(shown).toEqual({ left: 0, top: 0, width: 0.5, height: 1 });
    });
  });

  const flat = () => sharp({ create: { width: 64, height: 32, channels: 3, background: '#808080' } });
  test.each<[string, () => Promise<Buffer>]>([
    ['grayscale JPEG', () => flat().grayscale().jpeg().toBuffer()],
    ['grayscale PNG', () => flat().grayscale().png().toBuffer()],
    ['PNG with alpha', () => flat().ensureAlpha(0.5).png().toBuffer()],
    ['16-bit PNG', () => flat().toColourspace('rgb16').png().toBuffer()],
    ['CMYK JPEG', () => flat().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer()],
    ['progressive JPEG', () => flat().jpeg({ progressive: true }).toBuffer()],
  ])('makes three channels of a %s', async (_, make) => {
    expectClose(await pixels(await make()), repeat([128, 128, 128], 8));
  });

  test('takes a picture of one pixel', async () => {
    const tiny = sharp({ create: { width: 1, height: 1, channels: 3, background: '#00f' } });
    expectClose(await pixels(await tiny.png().toBuffer()), repeat(blue, 8));
  });

  test('reads a view into a larger buffer, and only that', async () => {
    const picture = await framedBlue;
    const around = Buffer.concat([Buffer.from('before'), picture, Buffer.from('after')]);
    const view = around.subarray(6, 6 + picture.length);
    expect([...(await pixels(view))]).toEqual(repeat(blue, 8));
  });

  test('refuses a JPEG that is cut off below the part it needs', async () => {
    const { data } = await noise(200, 100);
    const cut = data.subarray(0, data.length - 20);
    await expect(decode(cut, model)).rejects.toThrow(BadPicture);
    await expect(decode(cut, model)).rejects.toThrow('truncated');
  });
});

function noise(width: number, height: number): Promise<{ data: Buffer; info: OutputInfo }> {
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * i * 31) % 256);
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg()
    .toBuffer({ resolveWithObject: true });
}
