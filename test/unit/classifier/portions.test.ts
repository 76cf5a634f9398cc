import { expect, test } from 'vitest';
import { inPortions } from '../../../src/core/classifier/portions.js';

test('refuses rows of different lengths, even if all have the right length together', async () => {
  const lengths = [3, 1];
  const run = () => Promise.resolve(new Float32Array(lengths.shift() ?? 0));
  const answer = inPortions(run, { fixed: 1, most: 2 }, 1, new Float32Array(2), 2);
  await expect(answer).rejects.toThrow('more numbers for some pictures');
});
