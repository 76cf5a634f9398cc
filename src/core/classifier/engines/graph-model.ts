import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { GraphModel } from '@tensorflow/tfjs-converter';
import type { io, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { MvsError, messageOf } from '../../base/errors.js';
import type { Engine, OutputPart } from '../engine.js';
import type { Model } from '../model.js';
import { partsOf, toRows, wantedOutputs, type Output } from '../outputs.js';
import { inPortions } from '../portions.js';

/** The part of TensorFlow.js that both engines need; each has its own copy of it. */
export interface TensorFlow {
  readonly io: Pick<typeof io, 'getModelArtifactsForJSON'>;
  readonly Tensor: typeof Tensor;
  readonly tensor4d: (values: Float32Array, shape: [number, number, number, number]) => Tensor4D;
  readonly loadGraphModel: (handler: io.IOHandler) => Promise<GraphModel>;
}

/** Loads the network's TF.js files and runs it once. */
export async function openGraphModel(tf: TensorFlow, name: Engine['name'], model: Model): Promise<Engine> {
  const file = model.files.tfjs;
  if (file === undefined)
    throw new MvsError('MODEL_INVALID', `model ${model.name} has no TensorFlow.js files`);
  const graph = await loadGraph(tf, file);
  checkInput(graph, model, file);
  const { width, height } = model.input;
  const pictureLength = width * height * 3;
  const names = graph.outputs.map((output) => output.name);
  const wanted = wantedOutputs(model, names);
  let outputs: readonly OutputPart[] = [];
  const infer = async (pixels: Float32Array, count: number): Promise<Float32Array> => {
    const input = tf.tensor4d(pixels, [count, height, width, 3]);
    try {
      const read = await readAll(tf, graph.execute(input, [...wanted]), wanted, model);
      outputs = partsOf(read, count);
      return toRows(read, count);
    } finally {
      input.dispose();
    }
  };
  const fixed = fixedBatchSize(graph);
  const run = (pixels: Float32Array, count: number): Promise<Float32Array> =>
    inPortions(infer, { fixed, most: count }, pictureLength, pixels, count);
  // The first inference allocates everything; tfjs-node needs this before another worker starts.
  await run(new Float32Array(pictureLength), 1);
  return {
    name,
    layout: 'nhwc',
    outputs,
    run,
    [Symbol.asyncDispose]: () => {
      graph.dispose();
      return Promise.resolve();
    },
  };
}

async function loadGraph(tf: TensorFlow, file: string): Promise<GraphModel> {
  try {
    return await tf.loadGraphModel({ load: () => readArtifacts(tf, file) });
  } catch (cause) {
    if (cause instanceof MvsError) throw cause;
    throw new MvsError('MODEL_INVALID', `TensorFlow.js cannot load ${file}: ${messageOf(cause)}`, {
      cause,
      hint: 'Check that model.json and all the weight files that it names are complete.',
    });
  }
}

/** TensorFlow.js itself reads files only with tfjs-node; this function works for both engines. */
async function readArtifacts(tf: TensorFlow, file: string): Promise<io.ModelArtifacts> {
  const description = JSON.parse(await readFile(file, 'utf8')) as io.ModelJSON;
  if (description.format === 'layers-model') {
    throw new MvsError('MODEL_INVALID', `${file} is a Keras layers model, not a graph model`, {
      hint: 'Convert it: tensorflowjs_converter --input_format=tfjs_layers_model --output_format=tfjs_graph_model.',
    });
  }
  return tf.io.getModelArtifactsForJSON(description, async (manifest) => {
    const paths = manifest.flatMap((group) => group.paths);
    const shards = await Promise.all(paths.map((path) => readFile(join(dirname(file), path))));
    return [manifest.flatMap((group) => group.weights), Uint8Array.from(Buffer.concat(shards)).buffer];
  });
}

function checkInput(graph: GraphModel, { input }: Model, file: string): void {
  const [, height = -1, width = -1, channels = -1] = graph.inputs[0]?.shape ?? [];
  const fits = (size: number, wanted: number) => size < 0 || size === wanted;
  const isLast = input.layout !== 'nchw';
  if (isLast && fits(height, input.height) && fits(width, input.width) && fits(channels, 3)) return;
  throw new MvsError(
    'MODEL_INVALID',
    `${file} takes ${height}×${width}×${channels}, which model.yaml contradicts`,
    {
      hint: 'The network must take pictures as n×height×width×3 with the size in model.yaml.',
    },
  );
}

function fixedBatchSize({ inputs }: GraphModel): number | undefined {
  const [size = -1] = inputs[0]?.shape ?? [];
  return size > 0 ? size : undefined;
}

/** Reads the outputs and frees them, including native memory. */
async function readAll(
  tf: TensorFlow,
  answer: Tensor | Tensor[],
  names: readonly string[],
  { detect, files }: Model,
): Promise<Output[]> {
  const tensors = answer instanceof tf.Tensor ? [answer] : answer;
  try {
    return await Promise.all(
      tensors.map(async (tensor, n) => {
        const values = await tensor.data();
        const { shape } = tensor;
        const name = names[n] ?? '';
        if (values instanceof Float32Array) return { name, shape, values };
        // Detectors may return classes and counts as whole numbers.
        if (detect && values instanceof Int32Array) return { name, shape, values: Float32Array.from(values) };
        throw new MvsError('MODEL_INVALID', `${files.tfjs ?? ''} does not answer with float32 numbers`);
      }),
    );
  } finally {
    for (const tensor of tensors) tensor.dispose();
  }
}
