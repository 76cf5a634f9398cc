import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadModel } from '../../../src/core/classifier/load-model.js';
import { openClassifier } from '../../../src/core/classifier/worker-classifier.js';
import { silentLog } from '../../../src/core/base/log.js';
import { predictionsOf } from './classifier.js';
import { tinyOnnx, type TinyNetwork } from '../../support/tiny-onnx.js';

/** A network as ResNet50 comes from Keras: BGR, mean subtracted, squashed; and with logits, which Keras' has not. */
const yaml = `name: tiny
input: { width: 8, height: 8, colorOrder: bgr, mean: [100, 110, 120], std: [50, 50, 50] }
resize: { mode: squash, kernel: linear }
output: logits
labels: labels.json
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mvs-tiny-'));
  await writeFile(join(folder, 'model.yaml'), yaml);
  await writeFile(join(folder, 'labels.json'), '["blue", "green", "red"]');
});
afterEach(() => rm(folder, { recursive: true }));

async function open(network: TinyNetwork) {
  const file = join(folder, 'tiny.onnx');
  await writeFile(file, tinyOnnx(network));
  const model = await loadModel(file);
  return openClassifier({ engine: 'auto', model, workers: 1, threadsPerWorker: 1, log: silentLog });
}

const flat = (background: string) =>
  sharp({ create: { width: 40, height: 20, channels: 3, background } })
    .png()
    .toBuffer();

const shapes: [string, TinyNetwork['shape']][] = [
  ['NCHW', ['N', 3, 8, 8]],
  ['NHWC', ['N', 8, 8, 3]],
  ['one picture at a time', [1, 3, 8, 8]],
  ['three pictures at a time', [3, 3, 8, 8]],
];

describe.each(shapes)('an ONNX network of somebody else, %s', (_, shape) => {
  test('gets its colours in its order, normalised, and its logits a softmax', async () => {
    await using classifier = await open({ shape });
    const pictures = await Promise.all(
      ['#f00', '#0f0', '#00f', '#ff0101', '#0fe', '#102080', '#ff0'].map(flat),
    );
    const answers = await classifier.classify(pictures, 3);
    const best = answers.map((answer) => predictionsOf(answer)[0]?.label);
    expect(best).toEqual(['red', 'green', 'blue', 'red', 'green', 'blue', 'green']);
    // Red: blue (0 − 100) / 50, green (0 − 110) / 50, red (255 − 120) / 50, then softmax.
    const powers = [-2, -2.2, 2.7].map(Math.exp);
    const [red] = predictionsOf(answers[0]);
    expect(red?.confidence).toBeCloseTo((powers[2] ?? 0) / powers.reduce((a, b) => a + b), 4);
  });
});

test('the whole picture is squashed into the input: its margins count', async () => {
  await using classifier = await open({ shape: ['N', 3, 8, 8] });
  const margins = sharp(await flat('#00f')).extend({ left: 40, right: 40, background: '#f00' });
  const [answer] = await classifier.classify([await margins.png().toBuffer()], 1);
  expect(predictionsOf(answer)[0]?.label).toBe('red');
});

test('the description decides the layout of a network that does not say it', async () => {
  const description = yaml.replace('bgr,', 'bgr, layout: nhwc,');
  await writeFile(join(folder, 'model.yaml'), description);
  await using classifier = await open({ shape: ['N', 'h', 'w', 'c'] });
  const [answer] = await classifier.classify([await flat('#f00')], 1);
  expect(predictionsOf(answer)[0]?.label).toBe('red');
  await expect(open({ shape: ['N', 3, 8, 8] })).rejects.toThrow(
    /its input is N×3×8×8, model\.yaml says 8×8 nhwc/,
  );
});

test.each<[string, TinyNetwork, RegExp]>([
  ['another size', { shape: ['N', 3, 16, 16] }, /its input is N×3×16×16, model\.yaml says 8×8/],
  ['integers', { shape: ['N', 3, 8, 8], type: 6 }, /its input input is int32, not float32/],
  ['five channels', { shape: ['N', 5, 8, 8] }, /its input is N×5×8×8/],
])('a network that takes %s is refused', async (_, network, message) => {
  await expect(open(network)).rejects.toMatchObject({
    code: 'MODEL_INVALID',
    message: expect.stringMatching(message) as string,
    hint: expect.any(String) as string,
  });
});
