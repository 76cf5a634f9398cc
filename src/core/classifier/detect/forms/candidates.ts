import type { OutputPart } from '../../engine.js';
import type { Size } from '../../../frames/frame.js';
import { activate, boxReader, inner, WrongShape, type Decoder } from '../candidate.js';
import type { OutputOf } from '../settings.js';

interface Settings extends Pick<
  OutputOf<'candidates'>,
  'box' | 'unit' | 'activation' | 'background' | 'minScore'
> {
  /** Each candidate is an object of one class only. */
  readonly oneClass?: boolean;
}

/** Boxes k×4 and scores k×c. */
export function candidates(
  { box, unit, activation, background, minScore, oneClass = false }: Settings,
  [boxes, scores]: readonly OutputPart[],
  input: Size,
): Decoder {
  const [count, four] = inner(boxes, 2);
  const [rows, width = 0] = inner(scores, 2);
  if (four !== 4 || rows !== count)
    throw new WrongShape('boxes are not k×4, or there are not as many rows of scores');
  const readBox = boxReader(box, unit, input);
  const first = background === 'first' ? 1 : 0;
  const end = background === 'last' ? width - 1 : width;
  return {
    classes: end - first,
    decode([, values = new Float32Array()], found) {
      for (let row = 0; row * width < values.length; row++) {
        const own = activate(values.subarray(row * width, (row + 1) * width), activation);
        const least = oneClass ? Math.max(minScore, ...own.subarray(first, end)) : minScore;
        for (let i = first; i < end; i++) {
          const score = own[i] ?? 0;
          if (score >= least) found(i - first, score, row);
        }
      }
    },
    cornersOf: ([places = new Float32Array()], box) => readBox(places, box * 4),
  };
}

/** Queries of a transformer: one object at most for each, of its best class. */
export function detr({ minScore }: OutputOf<'detr'>, parts: readonly OutputPart[], input: Size): Decoder {
  const usual = {
    box: 'cxcywh',
    unit: 'fraction',
    activation: 'softmax',
    background: 'last',
    oneClass: true,
  } as const;
  return candidates({ ...usual, minScore }, parts, input);
}
