import type { Prediction } from './frame.js';

/** Some classes of a network, as a set of labels that a database can look up. */
export interface ClassSet {
  readonly labels: readonly string[];
  /** The other classes that have one of these labels: ImageNet has two "crane"s. */
  readonly except: readonly number[];
}

/** Whether a prediction is of one of these classes. */
export function memberOf({
  labels,
  except,
}: ClassSet): (prediction: Omit<Prediction, 'confidence'>) => boolean {
  const [within, without] = [new Set(labels), new Set(except)];
  return ({ label, classIndex }) => within.has(label) && !without.has(classIndex);
}
