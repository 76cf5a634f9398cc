import { describe, expect, test } from 'vitest';
import { localEngineNames, type EngineName } from '../../../src/core/classifier/port.js';
import { openClassifier } from '../../../src/core/classifier/worker-classifier.js';
import { silentLog } from '../../../src/core/base/log.js';
import { model, reasonToSkip } from './classifier.js';
import { classifierSuite, frames, type Answer } from './classifier-suite.js';

/** What each engine said of the frames, kept to be compared at the end. */
const answered = new Map<EngineName, Answer[]>();

for (const name of localEngineNames) {
  const reason = await reasonToSkip(name);
  describe.skipIf(reason !== undefined)(
    `classifier on ${name}${reason === undefined ? '' : ` (${reason})`}`,
    () => {
      classifierSuite(
        name,
        () => openClassifier({ engine: name, model, workers: 1, threadsPerWorker: 1, log: silentLog }),
        (answers) => answered.set(name, answers),
      );
    },
  );
}

test('the engines agree on frames', () => {
  const [first, ...others] = [...answered.values()];
  expect(first).toHaveLength(frames.length);
  for (const other of others) {
    for (const [i, best] of other.entries()) {
      const difference = Math.abs(best.confidence - (first?.[i]?.confidence ?? 0));
      expect(difference).toBeLessThan(1e-3);
      expect(best.label).toBe(first?.[i]?.label);
    }
  }
});
