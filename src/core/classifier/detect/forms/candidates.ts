import type { OutputPart } from '../../engine.js';
import type { Size } from '../../../frames/frame.js';
import { activate, boxReader, inner, WrongShape, type Candidate, type Decoder } from '../candidate.js';
import type { OutputOf } from '../settings.js';

type Settings = Pick<OutputOf<'candidates'>, 'box' | 'unit' | 'activation' | 'background' | 'minScore'>;

/** Boxes k×4 and scores k×c. */
export function candidates(
  { box, unit, activation, background, minScore }: Settings,
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
    decode([places = new Float32Array(), values = new Float32Array()]) {
      const found: Candidate[] = [];
      for (let row = 0; row * width < values.length; row++) {
        const own = activate(values.subarray(row * width, (row + 1) * width), activation);
        for (let i = first; i < end; i++) {
          const score = own[i] ?? 0;
          if (score >= minScore)
            found.push({ classIndex: i - first, score, corners: readBox(places, row * 4) });
        }
      }
      return found;
    },
  };
}

/** Queries of a transformer: one object at most for each, of its best class. */
export function detr({ minScore }: OutputOf<'detr'>, parts: readonly OutputPart[], input: Size): Decoder {
  const usual = { box: 'cxcywh', unit: 'fraction', activation: 'softmax', background: 'last' } as const;
  return candidates({ ...usual, minScore }, parts, input);
}
