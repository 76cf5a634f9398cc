import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { loadModel } from '../../../src/core/classifier/load-model.js';
import { parseServerUrl } from '../../../src/core/classifier/serving/address.js';
import { openClassifier } from '../../../src/core/classifier/worker-classifier.js';
import { MvsError } from '../../../src/core/base/errors.js';
import { silentLog } from '../../../src/core/base/log.js';
import { openModel, type ModelFlags } from '../../../src/open/model.js';
import { webServer } from '../../support/web.js';

/** The address of a model whose server takes requests and never answers. */
async function hanging() {
  const { origin, requests } = await webServer(() => undefined);
  return { url: `${origin}/v2/models/m`, requests };
}

const flags: ModelFlags = { home: '/nowhere', 'serving-timeout': 60_000, model: 'efficientnet-lite0' };
const open = (some: Partial<ModelFlags>) => {
  const { signal } = new AbortController();
  return openModel({ ...flags, ...some }, { log: silentLog, signal });
};

describe('a signal is heard while a server that hangs is asked', () => {
  const patience = () => ({ timeoutMs: 60_000 });
  it.each([
    ['what its model is', (url: string, signal: AbortSignal) => loadModel(url, { access: patience, signal })],
    [
      'by the first inference worker',
      async (url: string, signal: AbortSignal) => {
        const bundled = await loadModel('efficientnet-lite0');
        const model = { ...bundled, files: {}, server: { address: parseServerUrl(url), access: patience() } };
        const settings = { engine: 'auto', model, workers: 1, threadsPerWorker: 1, log: silentLog } as const;
        return openClassifier({ ...settings, signal });
      },
    ],
  ])(
    '%s',
    async (_, ask) => {
      const { url, requests } = await hanging();
      const interrupt = new AbortController();
      const asked = ask(url, interrupt.signal);
      asked.catch(() => undefined);
      await vi.waitFor(() => {
        expect(requests).not.toEqual([]);
      }, 20_000);
      const began = performance.now();
      interrupt.abort(new MvsError('INTERRUPTED', 'stopped'));
      await expect(asked).rejects.toMatchObject({ code: 'INTERRUPTED' });
      expect(performance.now() - began).toBeLessThan(10_000);
    },
    60_000,
  );
});

describe('what only model servers need', () => {
  it('is not looked at for a network that runs here', async () => {
    vi.stubEnv('MVS_SERVING_TOKEN', 'two words');
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    await expect(open({ 'serving-ca': '/nowhere' })).resolves.toMatchObject({ name: 'efficientnet-lite0' });
  });

  it('may be a variable that is empty, as compose files set them', async () => {
    vi.stubEnv('MVS_SERVING_TOKEN', '');
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const { url } = await hanging();
    await expect(open({ model: url, 'serving-timeout': 100 })).rejects.toThrow(/did not answer within 0.1 s/);
  });

  it('is an error where it says what cannot be: certificates in clear text', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mvs-serving-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const ca = join(folder, 'ca.pem');
    const { rootCertificates } = await import('node:tls');
    await writeFile(ca, rootCertificates[0] ?? '');
    const { url, requests } = await hanging();
    await expect(open({ model: url, 'serving-ca': ca })).rejects.toMatchObject({
      code: 'CONFIG',
      message: expect.stringMatching(/which is not encrypted/) as string,
    });
    expect(requests).toEqual([]);
  });
});

it.each(['tf-serving', 'onnxruntime'] as const)(
  '--engine %s with an address of KServe is a contradiction, and nobody is asked',
  async (engine) => {
    const { url, requests } = await hanging();
    await expect(open({ model: url, engine })).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: `${url} is an address of kserve, but --engine is ${engine}`,
    });
    expect(requests).toEqual([]);
  },
);

it('a server that is away is told with where to ask it, and not with the command that asked', async () => {
  const { url } = await hanging();
  await expect(open({ model: url, 'serving-timeout': 100 })).rejects.toMatchObject({
    hint: `Check that it runs there and has loaded the model; its state is at ${url}/ready`,
  });
});
