import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Piscina } from 'piscina';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { silentLog } from '../../../src/core/base/log.js';
import { loadModel } from '../../../src/core/classifier/load-model.js';
import type { Model } from '../../../src/core/classifier/model.js';
import type { Classification, Classifier } from '../../../src/core/classifier/port.js';
import { openClassifiers } from '../../../src/core/classifier/worker-classifier.js';
import type { Task } from '../../../src/core/classifier/worker-protocol.js';
import { description, writeTinyModelTo } from '../../support/tiny-model.js';
import { asFrame, references } from './classifier.js';

const settings = { engine: 'auto', workers: 1, threadsPerWorker: 1, log: silentLog } as const;
const frames = await Promise.all((await references()).map(({ picture }) => asFrame(picture)));
const batch = [...frames, Buffer.from('no picture'), ...frames];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mvs-shared-'));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => {
  vi.restoreAllMocks();
});

async function tiny(
  name: string,
  change: (yaml: string) => string = (yaml) => yaml,
  size = 8,
): Promise<Model> {
  await writeTinyModelTo(join(folder, name), change(description).replaceAll(': 8', `: ${size}`), size);
  return loadModel(join(folder, name, 'tiny.onnx'));
}

async function openBoth(models: readonly Model[]) {
  const [first, second] = await openClassifiers(models, settings);
  if (!first || !second) throw new Error('there are not two classifiers');
  return [first, second] as const;
}

const together = (
  classifiers: readonly Classifier[],
): Promise<PromiseSettledResult<readonly Classification[]>[]> =>
  Promise.allSettled(classifiers.map((classifier) => classifier.classify(batch, 3)));

test('networks with different preprocessing answer together as each does alone', async () => {
  const models = [
    await tiny('usual'),
    await tiny('shifted', (yaml) => yaml.replace('mean: [0, 0, 0]', 'mean: [90, 100, 110]')),
    await tiny('bgr', (yaml) => yaml.replace('rgb', 'bgr')),
    await tiny('large', undefined, 16),
    await tiny('cropped', (yaml) =>
      yaml.replace('squash, kernel: linear', 'crop, fraction: 0.6, kernel: linear'),
    ),
    await tiny('narrow', (yaml) =>
      yaml.replace('squash, kernel: linear', 'crop, fraction: 0.9, kernel: linear'),
    ),
    await tiny('cubic', (yaml) => yaml.replace('linear', 'cubic')),
  ];
  const shared = await openClassifiers(models, settings);
  const answers = await together(shared);
  await shared[0]?.[Symbol.asyncDispose]();
  for (const [n, model] of models.entries()) {
    const [alone] = await openClassifiers([model], settings);
    expect(answers[n]).toEqual({ status: 'fulfilled', value: await alone?.classify(batch, 3) });
    await alone?.[Symbol.asyncDispose]();
  }
  const confidences = answers.map((answer) => JSON.stringify(answer));
  expect(new Set(confidences).size).toBe(models.length);
});

test('a network that no longer loads fails, and the others of its worker do not', async () => {
  const run = vi.spyOn(Piscina.prototype, 'run');
  const damaged = await tiny('damaged');
  const both = await openBoth([await tiny('whole'), damaged]);
  await using _ = both[0];
  const before = await together(both);
  await writeFile(damaged.files.onnx ?? '', 'no network');
  await killWorker(run.mock.contexts[0] as Piscina);
  const [whole, lost] = await together(both);
  expect(whole).toEqual(before[0]);
  expect(lost).toMatchObject({ status: 'rejected', reason: { code: 'MODEL_INVALID' } });
});

test('a network that kills its worker fails alone from the second time on', async () => {
  const deadly = (task: Task): boolean =>
    task.kind === 'classify' && task.wanted.some(({ network }) => network === 1);
  const both = await openBoth([await tiny('harmless'), await tiny('deadly')]);
  await using _ = both[0];
  const [wanted] = await together(both);
  const run = Reflect.get(Piscina.prototype, 'run');
  vi.spyOn(Piscina.prototype, 'run').mockImplementation(function (this: Piscina, task: Task, options) {
    const running = run.call(this, task, options) as Promise<unknown>;
    if (deadly(task)) void killWorker(this);
    return running;
  });
  const died = { status: 'rejected', reason: { code: 'ENGINE_FAILED', retriable: true } };
  expect(await together(both)).toMatchObject([died, died]);
  for (let n = 0; n < 3; n++) expect(await together(both)).toMatchObject([wanted, died]);
});

/** Has the worker die of an uncaught exception: piscina's own start message without its parts. */
async function killWorker(pool: Piscina): Promise<void> {
  const [thread] = pool.threads;
  if (thread === undefined) throw new Error('there is no worker');
  const exited = new Promise((resolve) => thread.once('exit', resolve));
  thread.postMessage({ niceIncrement: 0 });
  await exited;
}
