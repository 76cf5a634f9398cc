import sharp from 'sharp';
import { expect, it, onTestFinished } from 'vitest';
import { loadModel } from '../../../src/core/classifier/load-model.js';
import { parseServerUrl } from '../../../src/core/classifier/serving/address.js';
import { openClassifier } from '../../../src/core/classifier/worker-classifier.js';
import { classifyBatch } from '../../../src/core/consume/classify-batch.js';
import type { Classification } from '../../../src/core/classifier/port.js';
import { silentLog } from '../../../src/core/base/log.js';
import { rows, scores, side } from '../../support/serving/tiny.js';
import { kserve, startTinyRest, tfRest, type Answer } from '../../support/serving/tiny-rest.js';

const jpeg = (background: string) =>
  sharp({ create: { width: 8, height: 8, channels: 3, background } })
    .jpeg()
    .toBuffer();
const [grey, white] = [await jpeg('#808080'), await jpeg('#ffffff')];
const bundled = await loadModel('efficientnet-lite0');

/** What a consumer makes of these pictures, with the real inference worker before a server that answers so. */
async function outcome(
  protocol: typeof kserve,
  answer: Answer,
  pictures: readonly Buffer[],
): Promise<readonly Classification[]> {
  const server = await startTinyRest(protocol);
  const access = { timeoutMs: 5000 };
  const model = {
    ...bundled,
    input: { ...bundled.input, width: side, height: side, mean: [128, 128, 128], std: [1, 1, 1] },
    labels: ['a', 'b', 'c'],
    files: {},
    server: { address: parseServerUrl(server.url), access },
  } as const;
  const settings = { engine: 'auto', model, workers: 1, threadsPerWorker: 1, log: silentLog } as const;
  const classifier = await openClassifier(settings);
  onTestFinished(() => classifier[Symbol.asyncDispose]());
  server.answer(answer);
  const waiting = { signal: new AbortController().signal, log: silentLog };
  return classifyBatch(classifier, pictures, 1, waiting);
}

const good: Classification = { predictions: [expect.objectContaining({ label: 'a' })] };
const bad = { badFrame: expect.stringMatching(/refuses these pictures/) as string };

it.each([
  ['TensorFlow Serving REST', tfRest],
  ['KServe v2', kserve],
] as const)(
  '%s: a picture that a server refuses which is well is a bad frame, alone and among others',
  async (_, protocol) => {
    const picky: Answer = (response, { count, brightest }) =>
      brightest > 100
        ? response.writeHead(400).end('{"error":"too white"}')
        : protocol.rows(response, rows(count, scores));
    expect(await outcome(protocol, picky, [white])).toEqual([bad]);
    expect(await outcome(protocol, picky, [white, white])).toEqual([bad, bad]);
    expect(await outcome(protocol, picky, [grey, white, grey])).toEqual([good, bad, good]);
  },
);

it('while a Triton loads its model again it refuses everything, and no good picture is a bad frame', async () => {
  let left = 4;
  const loading: Answer = (response, { count }) =>
    left-- > 0
      ? response.writeHead(400).end('{"error":"Request for unknown model: tiny is not found"}')
      : kserve.rows(response, rows(count, scores));
  expect(await outcome(kserve, loading, rows(8, grey))).toEqual(rows(8, good));
});
