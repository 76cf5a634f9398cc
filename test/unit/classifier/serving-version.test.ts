import sharp from 'sharp';
import { expect, it, onTestFinished } from 'vitest';
import { loadModel } from '../../../src/core/classifier/load-model.js';
import { parseServerUrl } from '../../../src/core/classifier/serving/address.js';
import { ofOneVersion } from '../../../src/core/classifier/serving/same-version.js';
import { versionOf } from '../../../src/core/classifier/version.js';
import { openClassifier } from '../../../src/core/classifier/worker-classifier.js';
import { silentLog } from '../../../src/core/base/log.js';
import { side } from '../../support/serving/tiny.js';
import { kserve, startTinyRest } from '../../support/serving/tiny-rest.js';

const bundled = await loadModel('efficientnet-lite0');
const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'grey' } })
  .jpeg()
  .toBuffer();

it('answers of a server count for the version that it reported, and not once it reports another one', async () => {
  const versions = ['1'];
  const server = await startTinyRest({ ...kserve, metadata: { ...(kserve.metadata as object), versions } });
  const served = { address: parseServerUrl(server.url), access: { timeoutMs: 5000 } };
  const input = { ...bundled.input, width: side, height: side };
  const model = { ...bundled, input, labels: ['a', 'b', 'c'], files: {}, server: served };
  const version = await versionOf(model);
  const settings = { engine: 'auto', model, workers: 1, threadsPerWorker: 1, log: silentLog } as const;
  const classifier = await ofOneVersion(await openClassifier(settings), served, version);
  onTestFinished(() => classifier[Symbol.asyncDispose]());
  expect(await classifier.classify([picture], 1)).toHaveLength(1);

  versions[0] = '2';
  await expect(classifier.classify([picture], 1)).rejects.toMatchObject({
    code: 'MODEL_CHANGED',
    retriable: false,
    hint: expect.stringContaining('version 2') as string,
  });
  expect((await versionOf(model)).digest).not.toBe(version.digest);
});
