import { MvsError } from '../base/errors.js';

/** The outputs of a network for one picture are taken from their place in those of a batch, so their number must not vary. */
export function varyingOutputs(): MvsError {
  return new MvsError('MODEL_INVALID', 'the network returns more numbers for some pictures than for others', {
    hint: 'Export it without the suppression of overlapping boxes, which mvs does itself, or with a fixed number of objects (docs/detection.md).',
  });
}
