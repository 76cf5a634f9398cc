import type { Model } from '../model.js';

/** How one axis of a picture is reduced: the pixels and weights of libvips. */
export interface Axis {
  /** The input pixels that are used. */
  readonly from: number;
  readonly to: number;
  /** Per output pixel: the first input pixel, counted from `from`. */
  readonly starts: Int32Array;
  /** Weights per output pixel; 0 if the axis keeps its size. */
  readonly taps: number;
  readonly weights: Int16Array;
}

/** libvips has masks for this many positions between two pixels, with weights of so many bits. */
const positions = 64;
const unit = 4096;

type Kernel = Model['resize']['kernel'];
interface Filter {
  readonly reach: number;
  readonly at: (x: number) => number;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

/** By distance. Reduction to the nearest pixel is left to libvips. */
const filters: Readonly<Partial<Record<Kernel, Filter>>> = {
  linear: { reach: 1, at: (x) => Math.max(0, 1 - x) },
  cubic: { reach: 2, at: catmullRom },
  lanczos3: { reach: 3, at: (x) => (x <= 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** In libvips' order of operations, because the result is cut off to an integer. */
function catmullRom(x: number): number {
  const x2 = x * x;
  const x3 = x2 * x;
  if (x <= 1) return (9 * x3 - 15 * x2 + 6) / 6;
  return x <= 2 ? (-3 * x3 + 15 * x2 - 24 * x + 12) / 6 : 0;
}

/** What is wanted of an axis. */
interface Wanted {
  /** Its pixels. */
  readonly length: number;
  /** How many of them become one. */
  readonly factor: number;
  readonly kernel: Kernel;
  /** The part of the result that is kept. */
  readonly first: number;
  readonly count: number;
  /** What `taps` is a multiple of. */
  readonly multiple: number;
}

/** @returns undefined for what is left to libvips: enlarging, and factors so large that it averages pixels first */
export function axisOf(wanted: Wanted): Axis | undefined {
  const { length, factor, first, count } = wanted;
  if (factor === 1) {
    const starts = Int32Array.from({ length: count }, (_, i) => i);
    return { from: first, to: first + count, starts, taps: 0, weights: new Int16Array() };
  }
  const filter = filters[wanted.kernel];
  const result = reducedLength(length, factor);
  if (filter === undefined || factor < 1 || length / result >= 4) return undefined;
  return reduction(wanted, filter);
}

/** How many pixels libvips makes of this many. */
export function reducedLength(length: number, factor: number): number {
  return Math.floor(length / factor + 0.5);
}

function reduction({ length, factor, first, count, multiple }: Wanted, filter: Filter): Axis {
  // libvips gets the scale, and inverts it.
  const shrink = 1 / (1 / factor);
  const points = 2 * roundHalfEven(filter.reach * shrink) + 1;
  const masks = Array.from({ length: positions + 1 }, (_, i) =>
    maskOf(filter, points, shrink, i / positions),
  );
  const extra = reducedLength(length, shrink) * shrink - length;
  const offset = (1 + extra) / 2 - 1;
  const before = Math.ceil(points / 2) - 1;
  const taps = padded(points, multiple);
  // Four at a time are calculated.
  const starts = new Int32Array(padded(count, 4));
  const weights = new Int16Array(starts.length * taps);
  let x = (first + 0.5) * shrink - 0.5 - offset;
  // libvips adds the factor for each pixel, and so does this, because the sums are cut off to integers.
  for (let i = 0; i < count; i++, x += shrink) {
    const mask = masks[((Math.trunc(x * 2 * positions) & (2 * positions - 1)) + 1) >> 1] ?? [];
    const begin = Math.trunc(x) - before;
    const start = Math.max(0, begin);
    starts[i] = start;
    // Beyond the edges, the pixel at the edge is repeated.
    mask.forEach((weight, k) => {
      const pixel = Math.min(length - 1, Math.max(0, begin + k));
      const at = i * taps + pixel - start;
      weights[at] = (weights[at] ?? 0) + weight;
    });
  }
  const [from = 0] = starts;
  const to = Math.min(length, (starts[count - 1] ?? 0) + points);
  starts.forEach((start, i) => (starts[i] = i < count ? start - from : 0));
  return { from, to, starts, taps, weights };
}

function maskOf({ at }: Filter, points: number, shrink: number, x: number): number[] {
  const half = x + points / 2 - 1;
  const values = Array.from({ length: points }, (_, i) => at(Math.abs((i - half) / shrink)));
  const sum = values.reduce((a, b) => a + b, 0);
  return values.map((value) => Math.trunc((value / sum) * unit));
}

function roundHalfEven(x: number): number {
  const rounded = Math.round(x);
  return rounded - x === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

function padded(count: number, multiple: number): number {
  return Math.ceil(count / multiple) * multiple;
}
