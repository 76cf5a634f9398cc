import type { OutputPart } from '../../engine.js';
import { activate, inner, WrongShape, type Candidate, type Decoder } from '../candidate.js';
import type { OutputOf } from '../settings.js';

/** The position of a number in a map: channel, row, column. */
type At = (channel: number, y: number, x: number) => number;

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
  const [indexOfSize = map.at, indexOfOffset] = pair.map(({ at }) => at);
  return {
    classes,
    decode([raw = new Float32Array(), size = new Float32Array(), offset]) {
      const scores = activate(raw, activation);
      const found: Candidate[] = [];
      for (let classIndex = 0; classIndex < classes; classIndex++) {
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            const score = scores[map.at(classIndex, y, x)] ?? 0;
            if (score < minScore || !isPeak(scores, map, [classIndex, y, x])) continue;
            const shift = (channel: number) => (indexOfOffset && offset?.[indexOfOffset(channel, y, x)]) ?? 0;
            const [centreX, centreY] = [x + shift(0), y + shift(1)];
            const [wide, high] = [size[indexOfSize(0, y, x)] ?? 0, size[indexOfSize(1, y, x)] ?? 0];
            const [left, right] = [centreX - wide / 2, centreX + wide / 2];
            const [top, bottom] = [centreY - high / 2, centreY + high / 2];
            found.push({
              classIndex,
              score,
              corners: [left / width, top / height, right / width, bottom / height],
            });
          }
        }
      }
      return found;
    },
  };
}

interface Map3 {
  readonly classes: number;
  readonly height: number;
  readonly width: number;
  readonly at: At;
}

function mapOf(part: OutputPart | undefined, layout: 'nchw' | 'nhwc'): Map3 {
  const [a = 0, b = 0, c = 0] = inner(part, 3);
  if (layout === 'nchw') return { classes: a, height: b, width: c, at: (k, y, x) => (k * b + y) * c + x };
  return { classes: c, height: a, width: b, at: (k, y, x) => (y * b + x) * c + k };
}

/** True if none of the eight neighbours has a higher score; of equal ones, the first is the peak. */
function isPeak(
  scores: Float32Array,
  { height, width, at }: Map3,
  [k, y, x]: readonly [number, number, number],
): boolean {
  const own = scores[at(k, y, x)] ?? 0;
  for (let dy = -1; dy <= 1; dy++) {
    for (let dx = -1; dx <= 1; dx++) {
      const [row, column] = [y + dy, x + dx];
      if (row < 0 || row >= height || column < 0 || column >= width) continue;
      const other = scores[at(k, row, column)] ?? 0;
      const isEarlier = dy < 0 || (dy === 0 && dx < 0);
      if (other > own || (isEarlier && other === own)) return false;
    }
  }
  return true;
}
