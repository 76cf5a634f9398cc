import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { overlap } from '../../../src/core/classifier/detect/suppress.js';
import { decodeOnce } from '../../../src/core/classifier/decode-once.js';
import { engines } from '../../../src/core/classifier/engines/index.js';
import { parseServerUrl } from '../../../src/core/classifier/serving/address.js';
import { openInference } from '../../../src/core/classifier/inference.js';
import { loadModel } from '../../../src/core/classifier/load-model.js';
import { SharedWork } from '../../../src/core/classifier/shared-work.js';
import type { Model } from '../../../src/core/classifier/model.js';
import type { EngineName } from '../../../src/core/classifier/port.js';
import type { DetectedObject } from '../../../src/core/frames/frame.js';
import { protocols, startModelServer, type ModelServer } from '../../support/serving/index.js';
import { detectorNetwork } from '../../support/serving/network.js';
import { reasonToSkip } from './classifier.js';

interface Expected {
  readonly label: string;
  readonly score: number;
  readonly corners: readonly [number, number, number, number];
}

/** What the original network finds on TensorFlow Lite in each reference picture (models/ssd-mobilenetv2/convert_ssd/compare.py). */
const folder = new URL('../../fixtures/reference/', import.meta.url);
const expected = JSON.parse(await readFile(new URL('objects.json', folder), 'utf8')) as Record<
  string,
  Expected[]
>;
const names = Object.keys(expected);

const bundled = await loadModel('ssd-mobilenetv2');
const detector: Model = bundled.detect
  ? { ...bundled, detect: { ...bundled.detect, minScore: 0.15 } }
  : bundled;

/** A picture as large as the input, so that no scaling changes it. */
async function inFrame(name: string): Promise<Buffer> {
  const [top, bottom, left, right] = [38, 38, 38, 38];
  return sharp(await readFile(new URL(`${name}.png`, folder)))
    .extend({ top, bottom, left, right, background: { r: 114, g: 114, b: 114 } })
    .png()
    .toBuffer();
}

async function objectsOf(
  engine: EngineName,
  model = detector,
  pictureNames = names,
): Promise<(readonly DetectedObject[])[]> {
  const pictures = await Promise.all(pictureNames.map(inFrame));
  await using inference = await openInference(
    await engines[engine].loader(),
    model,
    { threads: 1, cancelled: () => false },
    new SharedWork(),
  );
  const answers = await inference.classify(decodeOnce(pictures), 1);
  return answers.map((answer) => ('objects' in answer ? (answer.objects ?? []) : []));
}

/** Measured: differences of 1e-5 in scores and edges. */
function expectSame(found: readonly DetectedObject[], wanted: readonly Expected[]): void {
  expect(found.map(({ label }) => label)).toEqual(wanted.map(({ label }) => label));
  for (const [
    i,
    {
      confidence,
      box: [x, y, width, height],
    },
  ] of found.entries()) {
    const { score = 0, corners = [0, 0, 0, 0] } = wanted[i] ?? {};
    expect(confidence).toBeCloseTo(score, 3);
    expect(overlap(corners, [x, y, x + width, y + height])).toBeGreaterThan(0.99);
  }
}

for (const engine of ['onnxruntime', 'tfjs-wasm', 'tfjs-node'] as const) {
  const reason = await reasonToSkip(engine);
  test.skipIf(reason !== undefined)(`${engine} finds what the original network finds`, async () => {
    const found = await objectsOf(engine);
    for (const [i, name] of names.entries()) expectSame(found[i] ?? [], expected[name] ?? []);
    expect(found.flat()).toHaveLength(9);
  });
}

/** Networks of 8×8 pixels that suppress boxes themselves: one object for each bright column. */
describe('a network that returns more numbers for some pictures than for others is refused', () => {
  const varying = (name: string): Model => ({
    name,
    input: { width: 8, height: 8, colorOrder: 'rgb', mean: [0, 0, 0], std: [255, 255, 255] },
    resize: { mode: 'squash', fraction: 1, kernel: 'linear' },
    output: 'probabilities',
    detect: {
      form: 'rows',
      ...{ box: 'xyxy', unit: 'pixels', firstClass: 0, minScore: 0.4, maxOverlap: 1, maxObjects: 100 },
    },
    labels: ['column'],
    files: { onnx: fileURLToPath(new URL(`../../fixtures/networks/${name}.onnx`, import.meta.url)) },
  });

  test.each(['varying-from-none', 'varying'])('%s', async (name) => {
    await expect(objectsOf('onnxruntime', varying(name), names.slice(0, 2))).rejects.toThrow(
      'more numbers for some pictures',
    );
  });
});

describe('on a model server', () => {
  let server: ModelServer;
  beforeAll(async () => (server = await startModelServer({ network: await detectorNetwork() })));
  afterAll(() => server[Symbol.asyncDispose]());

  test.each(protocols)('a detector finds the same: %s', async (protocol) => {
    const address = parseServerUrl(server.urls[protocol]);
    const served: Model = { ...detector, files: {}, server: { address, access: { timeoutMs: 60_000 } } };
    const some = ['astronaut', 'coffee'];
    const found = await objectsOf(address.engine, served, some);
    const here = await objectsOf('onnxruntime', detector, some);
    for (const [i, objects] of here.entries()) {
      expect(found[i]?.map(({ label, box }) => ({ label, box }))).toEqual(
        objects.map(({ label, box }) => ({ label, box })),
      );
    }
  });
});
