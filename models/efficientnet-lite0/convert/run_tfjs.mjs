// Runs a TF.js GraphModel on the wasm backend, for evaluate.py.
//   node run_tfjs.mjs MODEL.json INPUT OUTPUT
// INPUT: float32 pictures [N, 224, 224, 3]; OUTPUT: float32 probabilities [N, 1000]; both raw and little-endian.
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';

const PICTURE = 224 * 224 * 3;
const BATCH = 16;

const [modelPath, inputPath, outputPath] = process.argv.slice(2);

async function loadModel() {
  const { modelTopology, weightsManifest } = JSON.parse(await readFile(modelPath, 'utf8'));
  const shards = weightsManifest.flatMap((group) => group.paths);
  const buffers = await Promise.all(
    shards.map((shard) => readFile(path.join(path.dirname(modelPath), shard))),
  );
  const weights = new Uint8Array(Buffer.concat(buffers));
  return loadGraphModel({
    load: async () => ({
      modelTopology,
      weightSpecs: weightsManifest.flatMap((group) => group.weights),
      weightData: weights.buffer,
    }),
  });
}

const wasmModule = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
setWasmPaths(path.dirname(wasmModule) + path.sep);
await tf.setBackend('wasm');
const model = await loadModel();

const input = await readFile(inputPath);
const values = new Float32Array(input.buffer, input.byteOffset, input.length / 4);
const outputs = [];
for (let start = 0; start < values.length; start += BATCH * PICTURE) {
  const batch = values.subarray(start, start + BATCH * PICTURE);
  const probabilities = tf.tidy(() =>
    model.predict(tf.tensor4d(batch, [batch.length / PICTURE, 224, 224, 3])).dataSync(),
  );
  outputs.push(Buffer.from(probabilities.buffer, probabilities.byteOffset, probabilities.byteLength));
}
await writeFile(outputPath, Buffer.concat(outputs));
