import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { loadModel } from '../../src/core/classifier/load-model.js';
import type { Model } from '../../src/core/classifier/model.js';
import type { Classifier } from '../../src/core/classifier/port.js';
import { parseServerUrl } from '../../src/core/classifier/serving/address.js';
import { openClassifier } from '../../src/core/classifier/worker-classifier.js';
import { silentLog } from '../../src/core/base/log.js';
import { predictionsOf } from '../contract/classifier/classifier.js';
import { classifierSuite, frames } from '../contract/classifier/classifier-suite.js';
import { listening } from '../support/broken.js';
import { freshStore, freshStream, publish } from '../support/fresh.js';
import { drain, frameNumbers, messagesOf, options, storedFrames } from '../support/pipeline.js';
import {
  protocols,
  startModelServer,
  type ModelServer,
  type ServerOptions,
} from '../support/serving/index.js';
import { noNetwork } from '../support/serving/network.js';

const bundled = await loadModel('efficientnet-lite0');

/** The bundled network as its model.yaml would describe it with `server: URL` in place of its files. */
function servedAt(url: string, timeoutMs = 30_000): Model {
  return { ...bundled, files: {}, server: { address: parseServerUrl(url), access: { timeoutMs } } };
}

/** With the pictures of `noNetwork`. */
function noNetworkAt(url: string, timeoutMs: number): Model {
  const { size } = noNetwork;
  return { ...servedAt(url, timeoutMs), input: { ...bundled.input, width: size, height: size } };
}

function open(model: Model): Promise<Classifier> {
  return openClassifier({ engine: 'auto', model, workers: 1, threadsPerWorker: 1, log: silentLog });
}

async function freshServer(settings: ServerOptions): Promise<ModelServer> {
  const server = await startModelServer(settings);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

describe.each(protocols)('%s', (protocol) => {
  describe('keeps what every classifier promises', () => {
    let server: ModelServer;
    beforeAll(async () => (server = await startModelServer()));
    afterAll(() => server[Symbol.asyncDispose]());
    const engine = protocol === 'KServe v2' ? 'kserve' : 'tf-serving';
    classifierSuite(
      engine,
      () => open(servedAt(server.urls[protocol])),
      () => {
        expect(server.troubles.largest).toBeLessThan(33 * 1024 * 1024);
      },
    );
  });

  it.each(['down', 'slow', 'unavailable', 'garbage', 'forgetful'] as const)(
    'a server that is %s is waited for: nothing is settled or lost, and work goes on when it is back',
    async (trouble) => {
      const server = await freshServer({ network: noNetwork });
      const [stream, store] = await Promise.all([freshStream(1), freshStore()]);
      const classifier = await open(noNetworkAt(server.urls[protocol], 1500));
      onTestFinished(() => classifier[Symbol.asyncDispose]());
      await publish(stream, await messagesOf('cat', 8));
      const { warnings, log } = listening();
      if (trouble === 'down') await server.down();
      else server.troubles.now = trouble;
      let retries = 0;
      const settings = options({ onRetry: () => ++retries });
      const drained = drain({ stream, store, classifier, log }, settings);
      await vi.waitFor(
        () => {
          // An engine that breaks is given up after three attempts.
          expect(retries).toBeGreaterThan(3);
        },
        { timeout: 60_000 },
      );
      expect(warnings.join('\n')).toMatch(/model server at \S+ .*trying again until it works/);
      expect(await stream.lag(settings.group)).toMatchObject({ partitions: [{ lag: 9 }] });
      expect(await storedFrames({ store }, 'cat')).toEqual([]);
      if (trouble === 'down') await server.up();
      else server.troubles.now = 'none';
      expect(await drained).toMatchObject({ stored: 8, deadLettered: 0, skipped: 0 });
      expect(await storedFrames({ store }, 'cat')).toEqual(frameNumbers(8));
      expect(await stream.lag(settings.group)).toMatchObject({ partitions: [{ lag: 0 }] });
    },
  );
});

it('a KServe server without the binary extension gets JSON, in requests of bounded size', async () => {
  const server = await freshServer({ binary: false });
  await using classifier = await open(servedAt(server.urls['KServe v2']));
  const [jpeg = Buffer.of()] = frames;
  const answers = await classifier.classify(
    Array.from({ length: 20 }, () => jpeg),
    1,
  );
  await using local = await open(bundled);
  const [expected] = await local.classify([jpeg], 1);
  for (const answer of answers) {
    expect(predictionsOf(answer)[0]?.label).toBe(predictionsOf(expected)[0]?.label);
  }
  expect(server.troubles.largest).toBeLessThan(32 * 1024 * 1024);
  expect(server.troubles.asked).toBeGreaterThan(3);
});
