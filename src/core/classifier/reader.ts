import { detector, predictionsOf, type Shown } from './detect/detector.js';
import type { OutputPart } from './engine.js';
import type { Model } from './model.js';
import { rowLength, sizeOf } from './outputs.js';
import type { Classification } from './port.js';
import { rank } from './rank.js';
import { varyingOutputs } from './varying-outputs.js';
import { wrongLabels } from './wrong-labels.js';

/** Says what a network means by its row of numbers for one picture. */
export type Reader = (row: Float32Array, shown: Shown, topK: number) => Classification;

/** @throws MvsError MODEL_INVALID if the labels or the form in its description do not fit the network */
export function readerOf(model: Model, outputs: readonly OutputPart[]): Reader {
  if (model.detect !== undefined) {
    // For the empty picture with which networks are loaded.
    if (outputs.some((part) => sizeOf(part) === 0)) throw varyingOutputs();
    const detect = detector(model, model.detect, outputs);
    return (row, shown, topK) => {
      const objects = detect(row, shown);
      return { predictions: predictionsOf(objects, topK), objects };
    };
  }
  const classes = rowLength(outputs);
  if (classes !== model.labels.length) throw wrongLabels(model, classes);
  return (row, _shown, topK) => {
    const predictions = rank(row, topK, model);
    // For example because 16 bits were too few for a value.
    const areNumbers = !row.some(Number.isNaN) && predictions.every((one) => Number.isFinite(one.confidence));
    return areNumbers
      ? { predictions }
      : { badFrame: 'the network answers with scores that are not numbers' };
  };
}
