import { readFile } from 'node:fs/promises';
import sharp, { type JpegOptions, type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { JpegDecoder } from '../../../src/core/classifier/jpeg/decoder.js';
import type { Model } from '../../../src/core/classifier/model.js';
import { decodeWithSharp } from '../../../src/core/classifier/sharp-pixels.js';
import { decode } from '../../../src/core/classifier/preprocess.js';
import { eightPixels } from './eight-pixels.js';

const decoder = new JpegDecoder();

const crop: Model = {
  ...eightPixels,
  name: 'crop',
  input: { width: 224, height: 224, colorOrder: 'rgb', mean: [0, 0, 0], std: [1, 1, 1] },
  resize: { mode: 'crop', fraction: 0.875, kernel: 'cubic' },
};
const squash: Model = {
  ...crop,
  input: { ...crop.input, width: 150, height: 99 },
  resize: { mode: 'squash', fraction: 1, kernel: 'linear' },
};
const letterbox: Model = {
  ...crop,
  input: { ...crop.input, width: 130, height: 130 },
  resize: { mode: 'letterbox', fraction: 1, kernel: 'lanczos3', bars: 114, align: 'center' },
};
const models = [crop, squash, letterbox];

/** Numbers below 1, the same in each run (a linear congruential generator). */
function random(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32;
}

/** Shapes with edges, noise and strong colours. */
function drawing(width: number, height: number, seed: number): Sharp {
  const next = random(seed);
  const pixels = new Uint8Array(width * height * 3);
  const colours = Array.from({ length: 8 }, () => Math.floor(next() * 256));
  for (let i = 0; i < pixels.length; i++) {
    const at = Math.floor(i / 3);
    const [x, y] = [at % width, Math.floor(at / width)];
    const shape = ((x * 7 + y * 3) >> 5) ^ ((x * y) >> 11);
    pixels[i] = (colours[(shape + i) & 7] ?? 0) + next() * 24;
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

async function expectSame(jpeg: Uint8Array, model: Model): Promise<void> {
  const got = decoder.decode(jpeg, model);
  const wanted = await decodeWithSharp(jpeg, model);
  expect(got?.shown).toEqual(wanted.shown);
  expect(Buffer.compare(got?.rgb ?? Buffer.of(), wanted.rgb), model.name).toBe(0);
}

describe('makes the bytes that sharp makes', () => {
  // As decoded, and reduced by libjpeg to 1/2, 1/4 and 1/8.
  const sizes = [
    [256, 256],
    [457, 263],
    [301, 390],
    [768, 432],
    [1001, 777],
    [1441, 1301],
  ] as const;
  test.each(sizes)('%i×%i', async (width, height) => {
    const picture = drawing(width, height, width);
    const kinds: JpegOptions[] = [{ quality: 85 }, { quality: 97, chromaSubsampling: '4:4:4' }];
    for (const options of kinds) {
      const jpeg = await picture.clone().jpeg(options).toBuffer();
      for (const model of models) await expectSame(jpeg, model);
    }
  });

  test('of grey pictures', async () => {
    await expectSame(await drawing(400, 300, 1).grayscale().jpeg().toBuffer(), crop);
  });

  test.each(['422', 'restart', 'slices'])('of %s.jpg', async (name) => {
    await expectSame(await readFile(new URL(`../../fixtures/jpeg/${name}.jpg`, import.meta.url)), crop);
  });
});

const wide = drawing(400, 300, 2);
test.each<[string, () => Promise<Buffer>]>([
  ['smaller pictures', () => drawing(300, 255, 1).jpeg().toBuffer()],
  ['PNG', () => wide.clone().png().toBuffer()],
  ['progressive JPEGs', () => wide.clone().jpeg({ progressive: true }).toBuffer()],
  ['CMYK', () => wide.clone().toColourspace('cmyk').jpeg().toBuffer()],
  ['colour profiles', () => wide.clone().withIccProfile('p3').jpeg().toBuffer()],
  ['EXIF', () => wide.clone().withMetadata({ orientation: 6 }).jpeg().toBuffer()],
  ['nothing', () => Promise.resolve(Buffer.of())],
])('leaves %s to sharp', async (_, make) => {
  expect(decoder.decode(await make(), crop)).toBeUndefined();
});

test('accepts only what sharp accepts, with the same bytes, however the picture is damaged', async () => {
  const whole = await drawing(320, 280, 3).jpeg({ quality: 60 }).toBuffer();
  const next = random(20_21);
  const below = (n: number): number => Math.floor(next() * n);
  let accepted = 0;
  for (let i = 0; i < 250; i++) {
    const damaged = Buffer.from(whole);
    // The header is small, and has to be hit often.
    const at = below(i % 2 === 0 ? 700 : whole.length);
    damaged.writeUInt8(damaged.readUInt8(at) ^ (1 << below(8)), at);
    const length = i % 8 === 0 ? below(whole.length) : whole.length;
    const jpeg = damaged.subarray(0, length);
    if (decoder.decode(jpeg, crop) === undefined) continue;
    accepted++;
    await expectSame(jpeg, crop);
  }
  // Damaged pixels are still pixels: this test has something to compare, and something to refuse.
  expect(accepted).toBeGreaterThan(25);
  expect(accepted).toBeLessThan(225);
});

describe('leaves to sharp, or makes the bytes that sharp makes,', () => {
  const tiny: Model = {
    ...crop,
    input: { ...crop.input, width: 32, height: 32 },
    resize: { mode: 'squash', fraction: 1, kernel: 'linear' },
  };
  const sameOrLeft = async (jpeg: Uint8Array, model: Model): Promise<boolean> => {
    if (decoder.decode(jpeg, model) === undefined) return false;
    await expectSame(jpeg, model);
    return true;
  };

  // Reduced by libjpeg to 1, 1/2, 1/4 and 1/8.
  test.each([80, 160, 330, 345])('strong coefficients in damaged pictures of %i pixels', async (size) => {
    const whole = await drawing(size, size, size).jpeg({ quality: 90 }).toBuffer();
    const tables = whole.indexOf(Buffer.of(0xff, 0xdb));
    const next = random(size);
    let accepted = 0;
    for (let i = 0; i < 40; i++) {
      const damaged = Buffer.from(whole);
      const at = i < 12 ? tables + 5 + i * 5 : Math.floor(next() * whole.length);
      damaged.writeUInt8(i < 12 ? 40 + i * 18 : damaged.readUInt8(at) ^ (1 << (i & 7)), at);
      if (await sameOrLeft(damaged, tiny)) accepted++;
    }
    expect(accepted).toBeGreaterThan(10);
    const white = sharp({ create: { width: size, height: size, channels: 3, background: '#fff' } });
    const plain = await white.jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer();
    plain.writeUInt8(16, plain.indexOf(Buffer.of(0xff, 0xdb)) + 5);
    await sameOrLeft(plain, tiny);
  });

  test('thin and wide pictures', async () => {
    for (let width = 1; width < 9; width++)
      await sameOrLeft(await drawing(width, 400, width).jpeg().toBuffer(), letterbox);
    const wide = await drawing(2000, 16, 1).grayscale().jpeg().toBuffer();
    wide.writeUInt16BE(65_504, wide.indexOf(Buffer.of(0xff, 0xc0)) + 7);
    expect(decoder.decode(wide, tiny)).toBeUndefined();
  });
});

test('a truncated picture is refused with the reason that sharp gives', async () => {
  const whole = await drawing(320, 280, 4).jpeg().toBuffer();
  for (const length of [3, 200, 700, whole.length >> 1, whole.length - 2])
    await expect(decode(whole.subarray(0, length), crop)).rejects.toThrow('truncated');
});
