import { describe, expect, test } from 'vitest';
import type { Model } from '../../../src/core/classifier/model.js';
import { inputValues, normaliser } from '../../../src/core/classifier/normalise.js';
import { eightPixels as model } from './eight-pixels.js';

const repeat = (pixel: readonly number[], times: number) => Array.from({ length: times }, () => pixel).flat();

describe('normaliser', () => {
  const rgb = Uint8Array.from({ length: 24 }, (_, i) => i);

  test('subtracts the mean and divides, channel after channel for NHWC', () => {
    const into = new Float32Array(24);
    normaliser(model, 'nhwc')(rgb, into, 0);
    expect([...into.subarray(0, 6)]).toEqual([-10, -9.5, Math.fround(-5.6), -7, -8, -5]);
  });

  test('writes planes for NCHW, at the offset', () => {
    const into = new Float32Array(48);
    normaliser(model, 'nchw')(rgb, into, 24);
    expect([...into.subarray(0, 24)]).toEqual(repeat([0], 24));
    expect([...into.subarray(24, 27)]).toEqual([-10, -7, -4]);
    expect([...into.subarray(32, 34)]).toEqual([-9.5, -8]);
    expect(into[40]).toBeCloseTo(-5.6);
  });

  test('turns the colours around for a BGR network: its first channel is blue', () => {
    const into = new Float32Array(24);
    const bgr: Model = {
      ...model,
      input: { ...model.input, colorOrder: 'bgr', mean: [0, 0, 100], std: [1, 1, 1] },
    };
    normaliser(bgr, 'nhwc')(rgb, into, 0);
    expect([...into.subarray(0, 3)]).toEqual([2, 1, -100]);
  });

  // 15 pixels are no multiple of what a vector has; mean and standard deviation are no powers of two.
  test.each([
    ['nchw', 'rgb'],
    ['nchw', 'bgr'],
    ['nhwc', 'rgb'],
    ['nhwc', 'bgr'],
  ] as const)('WebAssembly gives the same numbers: %s, %s', (layout, colorOrder) => {
    const factors = { mean: [123.7, 116.3, 103.5], std: [58.4, 57.1, 57.4] } as const;
    const odd: Model = { ...model, input: { width: 9, height: 7, colorOrder, ...factors } };
    const picture = Uint8Array.from({ length: 189 }, (_, i) => (i * 37) % 256);
    const wanted = new Float32Array(2 * 189);
    const { values, write } = inputValues(odd, layout, 2);
    for (const offset of [0, 189]) {
      normaliser(odd, layout)(picture, wanted, offset);
      write(picture, offset);
    }
    expect(values).toEqual(wanted);
  });

  test('refuses bytes of another size', () => {
    expect(() => {
      inputValues(model, 'nhwc', 1).write(rgb.subarray(3), 0);
    }).toThrow(RangeError);
    expect(() => {
      normaliser(model, 'nhwc')(rgb.subarray(3), new Float32Array(24), 0);
    }).toThrow(RangeError);
  });
});
