import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../../src/core/classifier/engine.js';
import { bundledModels, loadModel } from '../../../src/core/classifier/load-model.js';
import { localEngineNames } from '../../../src/core/classifier/port.js';
import { rowLength } from '../../../src/core/classifier/outputs.js';
import { normaliser } from '../../../src/core/classifier/normalise.js';
import { rank } from '../../../src/core/classifier/rank.js';
import { engines } from '../../../src/core/classifier/engines/index.js';
import type { Model } from '../../../src/core/classifier/model.js';
import type { Prediction } from '../../../src/core/frames/frame.js';
import { loadEngine, model, reasonToSkip, references, type Reference } from './classifier.js';

/** Measured on all fp32 engines: 1.6e-3, which is what storing the weights as fp16 costs. */
const tolerance = 2.5e-3;
/** Measured: 7.4e-2. A label is held to only where the original network is at least so sure of it. */
const int8 = { sure: 0.45, tolerance: 0.12 };

const pictures = await references();

/** Feeds the reference pixels straight to the engine, all in one run. */
async function answersOf(
  engine: Engine,
  network: Model,
  batch: readonly Reference[],
): Promise<Prediction[][]> {
  const size = network.input.width * network.input.height * 3;
  const normalise = normaliser(network, engine.layout);
  const pixels = new Float32Array(batch.length * size);
  for (const [i, { picture }] of batch.entries()) {
    normalise(await sharp(picture).removeAlpha().raw().toBuffer(), pixels, i * size);
  }
  const scores = await engine.run(pixels, batch.length);
  const classes = rowLength(engine.outputs);
  expect(scores).toHaveLength(batch.length * classes);
  return batch.map((_, i) => rank(scores.subarray(i * classes, (i + 1) * classes), 5, network));
}

/** Top-five order must be the same, except among classes whose probabilities are closer than the engines agree. */
function expectSameRanking(got: readonly Prediction[], { expected }: Reference, within: number): void {
  expect(got).toHaveLength(5);
  expect(got[0]?.classIndex).toBe(expected[0]?.index);
  for (const [i, prediction] of got.entries()) {
    const twin = expected.find(({ index }) => index === prediction.classIndex);
    const wanted = expected[i];
    expect(Math.abs(prediction.confidence - (wanted?.probability ?? 0))).toBeLessThan(within);
    if (twin !== undefined) expect(Math.abs(prediction.confidence - twin.probability)).toBeLessThan(within);
    if (twin !== undefined) expect(prediction.label).toBe(twin.label);
  }
}

for (const name of localEngineNames) {
  const reason = await reasonToSkip(name);
  describe.skipIf(reason !== undefined)(`engine ${name}${reason === undefined ? '' : ` (${reason})`}`, () => {
    let engine: Engine;
    beforeAll(async () => (engine = await loadEngine(name)));
    afterAll(() => engine[Symbol.asyncDispose]());

    test('knows its classes', () => {
      expect(engine.name).toBe(name);
      expect(rowLength(engine.outputs)).toBe(1000);
    });

    test.each(pictures)('says of $name what the original network says', async (reference) => {
      const [got = []] = await answersOf(engine, model, [reference]);
      expectSameRanking(got, reference, tolerance);
    });

    test('answers a picture in a batch as it does alone', async () => {
      const together = await answersOf(engine, model, pictures);
      for (const [i, reference] of pictures.entries()) {
        const [alone = []] = await answersOf(engine, model, [reference]);
        expect(together[i]?.map((p) => p.classIndex)).toEqual(alone.map((p) => p.classIndex));
        expect(together[i]?.[0]?.confidence).toBeCloseTo(alone[0]?.confidence ?? -1, 4);
      }
    });

    test('gives probabilities', async () => {
      const size = model.input.width * model.input.height * 3;
      const scores = await engine.run(new Float32Array(2 * size).fill(0.5), 2);
      for (const row of [scores.subarray(0, 1000), scores.subarray(1000)]) {
        expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 3);
        expect(row.every((p) => p >= 0 && p <= 1)).toBe(true);
      }
    });
  });
}

describe.skipIf(!(await bundledModels()).includes('efficientnet-lite0-int8'))('int8 network', () => {
  const sure = pictures.filter(({ expected }) => (expected[0]?.probability ?? 0) >= int8.sure);

  test.each(sure)('sees $name as the original network does', async (reference) => {
    const quantized = await loadModel('efficientnet-lite0-int8');
    await using engine = await (await engines.onnxruntime.loader())(quantized, { threads: 1 });
    const [[best] = []] = await answersOf(engine, quantized, [reference]);
    expect(best?.classIndex).toBe(reference.expected[0]?.index);
    expect(Math.abs((best?.confidence ?? 0) - (reference.expected[0]?.probability ?? 0))).toBeLessThan(
      int8.tolerance,
    );
  });
});
