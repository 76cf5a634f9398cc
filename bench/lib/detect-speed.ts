/** Detects objects in the JPEG files of a folder with one inference thread, as a consumer does. Usage: detect-speed.ts MODEL FOLDER */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { loadModel } from '../../src/core/classifier/load-model.js';
import { openClassifier } from '../../src/core/classifier/worker-classifier.js';
import { silentLog } from '../../src/core/base/log.js';
import type { DetectedObject } from '../../src/core/frames/frame.js';
import { forAWhile } from './for-a-while.js';

export type FoundObject = Pick<DetectedObject, 'classIndex' | 'confidence' | 'box'>;

export interface Detected {
  readonly cpuMilliseconds: number;
  /** By file. */
  readonly objects: Readonly<Record<string, readonly FoundObject[]>>;
}

/** A consumer's batch. */
const atOnce = 32;

const [name = '', folder = ''] = process.argv.slice(2);
const settings = { engine: 'onnxruntime', workers: 1, threadsPerWorker: 1, log: silentLog } as const;
await using classifier = await openClassifier({ ...settings, model: await loadModel(name) });
const files = (await readdir(folder)).sort();
const pictures = await Promise.all(files.map((file) => readFile(path.join(folder, file))));
const answers = await classifier.classify(pictures, 1);
const found = answers.map((answer) => ('objects' in answer ? (answer.objects ?? []) : []));
let next = 0;
const { cpuMilliseconds, pictures: count } = await forAWhile(async () => {
  const some = Array.from({ length: atOnce }, () => pictures[next++ % pictures.length] ?? Buffer.of());
  await classifier.classify(some, 1);
  return some.length;
});
const detected: Detected = {
  cpuMilliseconds: cpuMilliseconds / count,
  objects: Object.fromEntries(files.map((file, n) => [file, found[n] ?? []])),
};
process.stdout.write(JSON.stringify(detected));
