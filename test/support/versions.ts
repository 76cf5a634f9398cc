import type { ModelVersion } from '../../src/core/frames/model-version.js';
import type { Network } from '../../src/core/consume/network.js';
import type { ConsumePorts } from '../../src/core/consume/consume.js';
import type { RecordStore } from '../../src/core/store/port.js';

/** A version of a model, made up. */
export function version(name: string, digit = 'a'): ModelVersion {
  return { name, digest: digit.repeat(64), facts: { onnx: digit } };
}

/** The classifier of these ports as another version, with results of its own. */
export function networkOf({ store, classifier }: ConsumePorts, as: ModelVersion, topK = 1): Network {
  return { classifier, store: store.of(as), topK };
}

export async function numbersIn(store: Pick<RecordStore, 'frameNumbers'>, video: string): Promise<number[]> {
  const numbers: number[] = [];
  for await (const frame of store.frameNumbers(video)) numbers.push(frame);
  return numbers;
}
