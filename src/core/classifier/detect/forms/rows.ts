import type { OutputPart } from '../../engine.js';
import type { Size } from '../../../frames/frame.js';
import { boxReader, inner, WrongShape, type Decoder } from '../candidate.js';
import type { OutputOf } from '../settings.js';

const columns = 6;

/** k×6: four numbers of the box, score, class. */
export function rows(
  { box, unit, firstClass, minScore }: OutputOf<'rows'>,
  [part]: readonly OutputPart[],
  input: Size,
): Decoder {
  if (inner(part, 2)[1] !== columns) throw new WrongShape('rows do not have six numbers');
  const readBox = boxReader(box, unit, input);
  return {
    classes: undefined,
    decode([values = new Float32Array()], found) {
      for (let row = 0; (row + 1) * columns <= values.length; row++) {
        const score = values[row * columns + 4] ?? 0;
        const classIndex = Math.round(values[row * columns + 5] ?? -1) - firstClass;
        if (score >= minScore && classIndex >= 0) found(classIndex, score, row);
      }
    },
    cornersOf: ([values = new Float32Array()], box) => readBox(values, box * columns),
  };
}
