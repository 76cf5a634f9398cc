/**
 * CPU milliseconds per picture of the inference workers of two builds, in turn in one process, so that other programs slow down both alike.
 * Usage: two-builds.ts BEFORE MODEL VIDEO…
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Pools from '../../src/core/classifier/worker-classifier.js';
import { silentLog } from '../../src/core/base/log.js';
import { loadModel } from '../../src/core/classifier/load-model.js';
import { extract } from '../../src/core/extract/extract.js';

/** By turn. */
export interface TwoBuilds {
  readonly then: readonly number[];
  readonly now: readonly number[];
}

const turns = 30;
const batch = 64;

const [before = '', modelName = '', ...videos] = process.argv.slice(2);
const here = path.resolve(import.meta.dirname, '../..');

async function open(root: string): Promise<(pictures: readonly Uint8Array[]) => Promise<unknown>> {
  const file = path.join(root, 'dist/core/classifier/worker-classifier.js');
  const { openClassifier } = (await import(pathToFileURL(file).href)) as typeof Pools;
  const model = await loadModel(modelName);
  const settings = { engine: 'onnxruntime', workers: 1, threadsPerWorker: 1, log: silentLog } as const;
  const classifier = await openClassifier({ ...settings, model });
  return (pictures) => classifier.classify(pictures, 1);
}

async function costOf(work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000 / batch;
}

const frames: Uint8Array[] = [];
for (const video of videos)
  for await (const { jpeg } of extract({ input: video, path: video }, { samplingMethod: { every: 5 } }))
    frames.push(Buffer.from(jpeg));
const pictures = Array.from({ length: batch }, (_, i) => frames[i % frames.length] ?? Buffer.of());

const builds = { then: await open(before), now: await open(here) };
const costs = { then: [] as number[], now: [] as number[] };
for (let turn = -2; turn < turns; turn++) {
  for (const build of turn % 2 === 0 ? (['then', 'now'] as const) : (['now', 'then'] as const)) {
    const cost = await costOf(() => builds[build](pictures));
    if (turn >= 0) costs[build].push(cost);
  }
}
process.stdout.write(JSON.stringify(costs satisfies TwoBuilds));
process.exit();
