import { describe, expect, test } from 'vitest';
import { rank, softmax } from '../../../src/core/classifier/rank.js';

const labels = ['a', 'b', 'c', 'd'];

describe('rank', () => {
  test('gives the k best, best first, with label and index', () => {
    const scores = Float32Array.of(0.1, 0.5, 0.15, 0.25);
    expect(rank(scores, 2, { labels, output: 'probabilities' })).toEqual([
      { label: 'b', classIndex: 1, confidence: 0.5 },
      { label: 'd', classIndex: 3, confidence: 0.25 },
    ]);
  });

  test('of equals, the lower index comes first; more than there are gives all', () => {
    const top = rank(Float32Array.of(0.25, 0.25, 0.25, 0.25), 9, { labels, output: 'probabilities' });
    expect(top.map(({ classIndex }) => classIndex)).toEqual([0, 1, 2, 3]);
  });

  test('turns logits into probabilities', () => {
    const [best] = rank(Float32Array.of(0, Math.log(3), 0, 0), 1, { labels, output: 'logits' });
    expect(best).toMatchObject({ label: 'b' });
    expect(best?.confidence).toBeCloseTo(0.5, 6);
  });

  test('finds the same best as a sort, for any numbers', () => {
    const many = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i * i));
    const sorted = [...many.keys()].sort((a, b) => (many[b] ?? 0) - (many[a] ?? 0)).slice(0, 7);
    const top = rank(many, 7, { labels: [], output: 'probabilities' });
    expect(top.map(({ classIndex }) => classIndex)).toEqual(sorted);
  });
});

describe('softmax', () => {
  test('sums to 1 and survives large logits', () => {
    const probabilities = softmax(Float32Array.of(1000, 999, -1000));
    expect(probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
    expect(probabilities[0]).toBeCloseTo(Math.E / (Math.E + 1), 6);
  });
});
