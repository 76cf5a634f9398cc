/**
 * From a JPEG to the pixels of a network's input, with the same bytes as sharp: libjpeg-turbo's decoding and libvips' reduction.
 * The caller (src/core/classifier/jpeg) calculates sizes and weights, and lays out the memory behind `__heap_base`.
 */
import { toRgb } from './colour';
import { across, components, down, height, parse, width } from './header';
import { packRow, toPixels, toPlanes, toRow } from './pixels';
import { reduceColumns, reduceRows } from './resize';
import { bottom, decodeScan, left, need, planes, right, top } from './scan';

export { across, components, down, height, toPixels, toPlanes, toRow, width };

let scanAt: usize = 0;

/** Reads the header. @returns false if the picture is left to another decoder */
export function open(from: usize, length: i32): bool {
  scanAt = parse(from, from + length);
  return scanAt != 0;
}

/** Sets the part that is needed, in MCUs, and how large a block is after the transform: 8, 4, 2 or 1. */
export function setPart(size: i32, fromX: i32, toX: i32, fromY: i32, toY: i32): void {
  need(fromX, toX, fromY, toY);
  for (let i = 0; i < components; i++) {
    const plane = planes[i];
    plane.wide = i == 0 ? across : 1;
    plane.high = i == 0 ? down : 1;
    // As libjpeg: where luma is made smaller, chroma is made smaller by less.
    plane.size = i > 0 && size < 8 && across == 2 ? 2 * size : size;
    plane.stride = (right - left) * plane.wide * plane.size;
  }
}

/** @returns how many bytes the samples of a component take */
export function planeSize(component: i32): i32 {
  const plane = planes[component];
  return plane.stride * (bottom - top) * plane.high * plane.size;
}

export function setPlane(component: i32, at: usize): void {
  planes[component].at = at;
}

/** Decodes the picture to samples. @param end of the file in memory @param work see `decodeScan` */
export function decode(end: usize, work: usize): bool {
  return decodeScan(scanAt, end, work);
}

/** See `toRgb`. The coordinates are those of the picture after the transform. */
export function colours(x: i32, y: i32, columns: i32, rows: i32, to: usize, stride: i32): void {
  const originX = left * planes[0].wide * planes[0].size;
  const originY = top * planes[0].high * planes[0].size;
  toRgb(originX, originY, x, y, columns, rows, to, stride);
}

/** @returns where the memory of the caller begins */
export function memoryBegin(): usize {
  return (heap.alloc(16) + 31) & ~15;
}

function startOf(starts: usize, i: i32): i32 {
  return load<i32>(starts + (i << 2));
}

/**
 * Reduces three planes to pixels. Each axis has, per output pixel, the first input pixel as i32, and weights; no taps if it keeps its size.
 * @param row memory for an input row, and six output rows, each with room for 64 bytes more
 * @param outStride the length of an output row in bytes
 */
export function reduce(
  from: usize,
  stride: i32,
  planeBytes: i32,
  across: usize,
  acrossWeights: usize,
  acrossTaps: i32,
  width: i32,
  down: usize,
  downWeights: usize,
  downTaps: i32,
  height: i32,
  row: usize,
  to: usize,
  outStride: i32,
): void {
  const narrow = row + stride + 64;
  const room = width + 64;
  const colours = components == 1 ? 1 : 3;
  for (let y = 0; y < height; y++) {
    for (let colour = 0; colour < colours; colour++) {
      let source = from + colour * planeBytes + startOf(down, y) * stride;
      if (downTaps > 0) {
        reduceRows(source, stride, downWeights + y * (downTaps << 1), downTaps, stride, row);
        source = row;
      }
      const out = narrow + colour * room;
      if (acrossTaps > 0) reduceColumns(source, across, acrossWeights, acrossTaps, width, out);
      else memory.copy(out, source + startOf(across, 0), width);
    }
    const green = colours == 1 ? narrow : narrow + room;
    const blue = colours == 1 ? narrow : narrow + 2 * room;
    const pixels = narrow + 3 * room;
    packRow(narrow, green, blue, width, pixels);
    memory.copy(to, pixels, 3 * width);
    to += outStride;
  }
}
