import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { tinyOnnx } from './tiny-onnx.js';

export const description = `name: tiny
input: { width: 8, height: 8, colorOrder: rgb, mean: [0, 0, 0], std: [255, 255, 255] }
resize: { mode: squash, kernel: linear }
output: logits
labels: labels.json
`;

/** Where the network is that tests use if they do not look at what it answers: it loads and runs in no time. */
export function tinyModelIn(cache: string): string {
  return join(cache, 'tiny-model', 'tiny.onnx');
}

/** The variables for commands that use it, with one inference worker: each loads the network anew, and more would take cores from other tests. */
export function tinyNetwork(cache: string): Readonly<Record<'MVS_MODEL' | 'MVS_WORKERS', string>> {
  return { MVS_MODEL: tinyModelIn(cache), MVS_WORKERS: '1' };
}

const detector = description
  .replace('name: tiny', 'name: tiny-detector\ntask: detect')
  .replace('output: logits', 'output: { form: yolo, minScore: 0 }');

/** A detector that is as fast: whatever it finds, it finds in each frame. */
export function tinyDetectorIn(cache: string): string {
  return join(cache, 'tiny-detector', 'tiny.onnx');
}

export function writeTinyDetector(cache: string): Promise<void> {
  const files = {
    'labels.json': '["red", "green", "blue", "grey"]',
    'tiny.onnx': tinyOnnx({ shape: ['N', 3, 8, 8], detector: true }),
  };
  return writeModel(dirname(tinyDetectorIn(cache)), { 'model.yaml': detector, ...files });
}

/** Writes it, whoever else does so at the same time. */
export function writeTinyModel(cache: string): Promise<void> {
  return writeTinyModelTo(dirname(tinyModelIn(cache)));
}

/** Writes one with another description, which is another version. */
export function writeTinyModelTo(folder: string, yaml = description, size = 8): Promise<void> {
  return writeModel(folder, {
    'model.yaml': yaml,
    'labels.json': '["red", "green", "blue"]',
    'tiny.onnx': tinyOnnx({ shape: ['N', 3, size, size] }),
  });
}

async function writeModel(folder: string, files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const unfinished = join(folder, `${name}.${process.pid}`);
    await writeFile(unfinished, content);
    await rename(unfinished, join(folder, name));
  }
}
