import { expect, test } from 'vitest';
import { loadModel } from '../../../src/core/classifier/load-model.js';
import { readerOf } from '../../../src/core/classifier/reader.js';

const shown = { width: 1, height: 1, left: 0, top: 0 };

test.each(['logits', 'probabilities'] as const)(
  '%s that are not numbers make a bad frame',
  async (output) => {
    const model = { ...(await loadModel('efficientnet-lite0')), output };
    const read = readerOf(model, [{ name: 'scores', shape: [1000] }]);
    const row = new Float32Array(1000).fill(0.001);
    expect(read(row, shown, 1)).toMatchObject({ predictions: [{ classIndex: 0 }] });
    for (const value of [NaN, Infinity]) {
      row[7] = value;
      expect(read(row, shown, 1)).toEqual({ badFrame: expect.stringContaining('not numbers') as string });
    }
  },
);
