import { MvsError } from '../base/errors.js';
import type { Model } from './model.js';

/** A network and its labels do not belong together. */
export function wrongLabels({ name, labels }: Model, classes: number): MvsError {
  return new MvsError(
    'MODEL_INVALID',
    `network ${name} returns ${classes} classes, but there are ${labels.length} labels`,
    {
      hint: 'Give the labels that the network was trained with: "labels" in its model.yaml, or --labels FILE.',
    },
  );
}
