import type { Prediction } from '../frames/frame.js';
import type { Model } from './model.js';

/**
 * The k best classes of one picture, best first; of equal scores, the lower index comes first.
 * @param scores one number per class, as the network returns them.
 */
export function rank(
  scores: Float32Array,
  topK: number,
  { labels, output }: Pick<Model, 'labels' | 'output'>,
): Prediction[] {
  const probabilities = output === 'logits' ? softmax(scores) : scores;
  return best(probabilities, topK).map((classIndex) => ({
    label: labels[classIndex] ?? String(classIndex),
    classIndex,
    confidence: probabilities[classIndex] ?? 0,
  }));
}

/** Shifted by the largest value, so that no exponential overflows. */
export function softmax(logits: Float32Array): Float32Array {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  // `from` with a function is several times as slow as `map`.
  const powers = new Float64Array(logits).map((x) => Math.exp(x - largest));
  const total = powers.reduce((a, b) => a + b, 0);
  return new Float32Array(powers.map((x) => x / total));
}

/** Indices of the k largest values. One pass with insertion, because k is small and there are many classes. */
function best(values: Float32Array, k: number): number[] {
  const top: number[] = [];
  values.forEach((value, index) => {
    const place = top.findIndex((other) => value > (values[other] ?? 0));
    if (place !== -1) top.splice(place, 0, index);
    else if (top.length < k) top.push(index);
    if (top.length > k) top.pop();
  });
  return top;
}
