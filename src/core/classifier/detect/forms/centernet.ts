import type { OutputPart } from '../../engine.js';
import { activate, inner, WrongShape, type Decoder } from '../candidate.js';
import type { OutputOf } from '../settings.js';

/** A heatmap c×h×w, and at its peaks the width and height of objects in cells, 2×h×w, and the exact place in the cell. */
export function centernet(
  { layout, activation, minScore }: OutputOf<'centernet'>,
  [heatmap, sizes, offsets]: readonly OutputPart[],
): Decoder {
  const map = mapOf(heatmap, layout);
  const { classes, height, width } = map;
  const pair = [sizes, ...(offsets === undefined ? [] : [offsets])].map((part) => mapOf(part, layout));
  if (pair.some((other) => other.classes !== 2 || other.height !== height || other.width !== width))
    throw new WrongShape(`sizes and offsets are not 2×${height}×${width}, as the heatmap is`);
  const [sizeMap = map, offsetMap] = pair;
  return {
    classes,
    decode([raw = new Float32Array()], found) {
      const scores = activate(raw, activation);
      for (let classIndex = 0; classIndex < classes; classIndex++) {
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            const score = scores[indexIn(map, classIndex, y, x)] ?? 0;
            if (score < minScore || !isPeak(scores, map, classIndex, y, x)) continue;
            found(classIndex, score, y * width + x);
          }
        }
      }
    },
    cornersOf([, size, offset], box) {
      const [y, x] = [Math.floor(box / width), box % width];
      const shift = (channel: number) => (offsetMap && offset?.[indexIn(offsetMap, channel, y, x)]) ?? 0;
      const extent = (channel: number) => size?.[indexIn(sizeMap, channel, y, x)] ?? 0;
      const [centreX, centreY] = [x + shift(0), y + shift(1)];
      const [wide, high] = [extent(0), extent(1)];
      const [left, right] = [centreX - wide / 2, centreX + wide / 2];
      const [top, bottom] = [centreY - high / 2, centreY + high / 2];
      return [left / width, top / height, right / width, bottom / height];
    },
  };
}

interface Map3 {
  readonly classes: number;
  readonly height: number;
  readonly width: number;
  /** The distance between the numbers of neighbouring channels, rows and columns. */
  readonly steps: readonly [number, number, number];
}

function mapOf(part: OutputPart | undefined, layout: 'nchw' | 'nhwc'): Map3 {
  const [a = 0, b = 0, c = 0] = inner(part, 3);
  if (layout === 'nchw') return { classes: a, height: b, width: c, steps: [b * c, c, 1] };
  return { classes: c, height: a, width: b, steps: [1, b * c, c] };
}

function indexIn({ steps }: Map3, channel: number, y: number, x: number): number {
  return channel * steps[0] + y * steps[1] + x * steps[2];
}

/** True if none of the eight neighbours has a higher score; of equal ones, the first is the peak. */
function isPeak(scores: Float32Array, map: Map3, channel: number, y: number, x: number): boolean {
  const own = scores[indexIn(map, channel, y, x)] ?? 0;
  const [bottom, right] = [Math.min(y + 1, map.height - 1), Math.min(x + 1, map.width - 1)];
  for (let row = Math.max(y - 1, 0); row <= bottom; row++) {
    for (let column = Math.max(x - 1, 0); column <= right; column++) {
      const other = scores[indexIn(map, channel, row, column)] ?? 0;
      const isEarlier = row < y || (row === y && column < x);
      if (other > own || (isEarlier && other === own)) return false;
    }
  }
  return true;
}
