import type { Model } from '../../../src/core/classifier/model.js';

/** A network of eight pixels, for tests of what happens before inference. */
export const eightPixels: Model = {
  name: 'test',
  input: { width: 4, height: 2, colorOrder: 'rgb', mean: [10, 20, 30], std: [1, 2, 5] },
  resize: { mode: 'crop', fraction: 0.5, kernel: 'cubic' },
  output: 'logits',
  labels: ['x'],
  files: {},
};
