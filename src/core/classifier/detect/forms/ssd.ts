import type { OutputPart } from '../../engine.js';
import type { Size } from '../../../frames/frame.js';
import { boxReader, inner, WrongShape, type Decoder } from '../candidate.js';
import type { OutputOf } from '../settings.js';

/** Boxes k×4, classes k, scores k and, perhaps, the number of valid ones. */
export function ssd(
  { box, unit, firstClass, minScore }: OutputOf<'ssd'>,
  [boxes, classes, scores]: readonly OutputPart[],
  input: Size,
): Decoder {
  const [most, four] = inner(boxes, 2);
  if (four !== 4 || inner(classes, 1)[0] !== most || inner(scores, 1)[0] !== most)
    throw new WrongShape('boxes are not k×4, or there are not as many classes and scores');
  const readBox = boxReader(box, unit, input);
  return {
    classes: undefined,
    decode([, kinds, values = new Float32Array(), count], found) {
      const valid = Math.min(values.length, count?.[0] ?? values.length);
      for (let i = 0; i < valid; i++) {
        const score = values[i] ?? 0;
        const classIndex = Math.round(kinds?.[i] ?? -1) - firstClass;
        if (score >= minScore && classIndex >= 0) found(classIndex, score, i);
      }
    },
    cornersOf: ([places = new Float32Array()], box) => readBox(places, box * 4),
  };
}
