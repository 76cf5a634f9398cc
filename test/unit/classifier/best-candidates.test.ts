import { describe, expect, test } from 'vitest';
import { BestCandidates } from '../../../src/core/classifier/detect/best.js';
import { Random } from '../../chaos/support/random.js';

describe('the best candidates', () => {
  test('are those of a stable sort, whatever the order and however many are equal', () => {
    const random = new Random(7);
    const best = new BestCandidates(8);
    for (let round = 0; round < 300; round++) {
      best.clear();
      const [count, levels] = [random.between(0, 60), random.between(1, 20)];
      const all = Array.from({ length: count }, (_, box) => ({
        ...{ classIndex: box % 3, box },
        score: random.between(0, levels) / levels,
      }));
      for (const { classIndex, score, box } of all) best.add(classIndex, score, box);
      expect([...best.bestFirst()]).toEqual(all.toSorted((a, b) => b.score - a.score).slice(0, 8));
    }
  });
});
