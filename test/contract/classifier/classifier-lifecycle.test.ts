import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Piscina } from 'piscina';
import { afterEach, expect, test, vi } from 'vitest';
import { engines } from '../../../src/core/classifier/engines/index.js';
import type { Task } from '../../../src/core/classifier/worker-protocol.js';
import type { Classifier } from '../../../src/core/classifier/port.js';
import { openClassifier } from '../../../src/core/classifier/worker-classifier.js';
import { silentLog } from '../../../src/core/base/log.js';
import { asFrame, model, predictionsOf, references } from './classifier.js';

const frames = await Promise.all((await references()).map(({ picture }) => asFrame(picture)));
const batch = Array.from({ length: 16 }, (_, i) => frames[i % frames.length] ?? Buffer.of());
const settings = { engine: 'auto', model, workers: 1, threadsPerWorker: 1, log: silentLog } as const;

function openOne(): Promise<Classifier> {
  return openClassifier(settings);
}

/**
 * Has the worker die of an uncaught exception: piscina's own start message without its parts. (`terminate()` inside the
 * engine would abort the whole process, in native code.)
 */
async function killWorker(pool: Piscina | undefined): Promise<void> {
  const [thread] = pool?.threads ?? [];
  if (thread === undefined) throw new Error('there is no worker');
  const exited = new Promise((resolve) => thread.once('exit', resolve));
  thread.postMessage({ niceIncrement: 0 });
  await exited;
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** Two thousand pictures: seconds of work on the fastest machine. */
const large = Array.from({ length: 125 }, () => batch).flat();

test('auto takes the fastest engine', async () => {
  await using classifier = await openOne();
  expect(classifier.engine).toBe('onnxruntime');
});

test('several workers answer as one, in the order of the pictures', async () => {
  const run = vi.spyOn(Piscina.prototype, 'run');
  await using classifier = await openClassifier({ ...settings, workers: 3 });
  const [one, two] = await Promise.all([classifier.classify(batch, 1), classifier.classify(batch, 1)]);
  const alone = await Promise.all(batch.map((picture) => classifier.classify([picture], 1)));
  expect(one.map(predictionsOf)).toEqual(alone.flat().map(predictionsOf));
  expect(two).toEqual(one);
  const busy = new Set(
    run.mock.contexts.filter((_, i) => (run.mock.calls[i]?.[0] as Task).kind === 'classify'),
  );
  expect(busy.size).toBe(3);
});

test('auto passes by an engine that is missing and says why', async () => {
  vi.stubEnv('MVS_TFJS_NODE', '/nowhere');
  const { tfjs = '' } = model.files;
  const info: string[] = [];
  const log = { ...silentLog, info: (message: string) => info.push(message) };
  await using opened = await openClassifier({ ...settings, model: { ...model, files: { tfjs } }, log });
  expect(opened.engine).toBe('tfjs-wasm');
  expect(info).toEqual([
    expect.stringMatching(/tfjs-node is not usable: .*not installed \(MVS_TFJS_NODE=\/nowhere\)/),
  ]);
});

test('a missing engine that was asked for says how to get it', async () => {
  vi.stubEnv('MVS_TFJS_NODE', '/nowhere');
  await expect(openClassifier({ ...settings, engine: 'tfjs-node' })).rejects.toMatchObject({
    code: 'ENGINE_MISSING',
    hint: expect.stringContaining('scripts/build-tfjs-node.sh') as string,
  });
});

test.each([
  // In the list of every Linux build, but without its libraries; and in no list at all.
  ['cuda', 'linux'],
  ['dml', 'linux'],
] as const)(
  'device %s, which is not usable here, is an error that names those of onnxruntime',
  async (device, os) => {
    if (process.platform !== os) return;
    // tfjs must not run the network on the CPU instead.
    await expect(openClassifier({ ...settings, engine: 'auto', device })).rejects.toMatchObject({
      code: 'ENGINE_MISSING',
      message: expect.stringContaining(`--device ${device} is not usable: `) as string,
      hint: expect.stringMatching(/^Use --device cpu.* Devices of this onnxruntime-node: cpu/) as string,
    });
  },
);

test('other engines have no devices', async () => {
  const wanted = { ...settings, engine: 'tfjs-wasm', device: 'cuda' } as const;
  await expect(openClassifier(wanted)).rejects.toMatchObject({
    code: 'MODEL_INVALID',
    message: expect.stringContaining('only onnxruntime can') as string,
  });
});

test('a model without files for the engine names the engines it has files for', async () => {
  const { onnx = '' } = model.files;
  const onlyOnnx = { ...model, files: { onnx } };
  await expect(openClassifier({ ...settings, engine: 'tfjs-wasm', model: onlyOnnx })).rejects.toMatchObject({
    code: 'MODEL_INVALID',
    hint: 'Use --engine onnxruntime.',
  });
});

test('a damaged network is an error, not a reason for a slower engine', async () => {
  const files = { ...model.files, onnx: new URL(import.meta.url).pathname };
  await expect(openClassifier({ ...settings, model: { ...model, files } })).rejects.toMatchObject({
    code: 'MODEL_INVALID',
  });
});

test('labels that do not belong to the network are refused', async () => {
  const shorter = { ...model, labels: ['cat', 'dog'], files: model.files };
  await expect(openClassifier({ ...settings, model: shorter })).rejects.toThrow(
    '1000 classes, but there are 2 labels',
  );
});

test('disposing gives up what is under way within moments, and ends the classifier', async () => {
  const classifier = await openOne();
  const running = Promise.allSettled([classifier.classify(large, 1), classifier.classify(batch, 1)]);
  const started = performance.now();
  await classifier.classify([], 1);
  await Promise.all([classifier[Symbol.asyncDispose](), classifier[Symbol.asyncDispose]()]);
  for (const outcome of await running) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'INTERRUPTED' } });
  }
  expect(performance.now() - started).toBeLessThan(4000);
  await expect(classifier.classify(batch, 1)).rejects.toThrow('disposed');
});

test('a worker that dies fails what it had as retriable, and all else has a new one', async () => {
  const run = vi.spyOn(Piscina.prototype, 'run');
  await using classifier = await openOne();
  const [wanted] = await classifier.classify(frames, 1);
  const [pool] = run.mock.contexts as Piscina[];
  for (const inFlight of [2, 1, 0]) {
    const running = [large, batch].slice(0, inFlight).map((pictures) => classifier.classify(pictures, 1));
    const outcomes = Promise.allSettled(running);
    await killWorker(pool);
    const [lost, waited] = await outcomes;
    const failure = { status: 'rejected', reason: { name: 'MvsError', retriable: true } };
    if (inFlight > 0) expect(lost).toMatchObject(failure);
    if (inFlight > 1) expect(waited).toMatchObject({ status: 'fulfilled' });
    const [again] = await classifier.classify(frames, 1);
    expect(predictionsOf(again)).toEqual(predictionsOf(wanted));
  }
});

test('a batch moves to its worker without a copy', async () => {
  const run = vi.spyOn(Piscina.prototype, 'run');
  await using classifier = await openOne();
  const before = Buffer.concat(batch);
  await classifier.classify(batch, 1);
  const sent = run.mock.calls.flatMap(([, options]) => (options?.transferList ?? []) as ArrayBuffer[]);
  expect(sent).toHaveLength(batch.length / engines[classifier.engine].sliceSize);
  // Detached: this thread has them no more. The caller's own pictures stay as they were.
  for (const { byteLength } of sent) expect(byteLength).toBe(0);
  expect(Buffer.concat(batch).equals(before)).toBe(true);
});

test('the main thread stays free during inference', async () => {
  await using classifier = await openOne();
  await classifier.classify(batch, 1);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const start = performance.now();
  await Promise.all([classifier.classify(batch, 1), classifier.classify(batch, 1)]);
  const took = performance.now() - start;
  delay.disable();
  expect(took).toBeGreaterThan(150);
  // One run of the engine takes about 100 ms; a main thread that waited for it would show it in every sample.
  expect(delay.percentile(50) / 1e6).toBeLessThan(50);
});
