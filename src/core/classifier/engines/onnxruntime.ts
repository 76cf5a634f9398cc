import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { MvsError } from '../../base/errors.js';
import type { Engine, LoadEngine, OutputPart } from '../engine.js';
import { layoutOf, pictureShape } from '../layout.js';
import type { Model } from '../model.js';
import { partsOf, toRows, wantedOutputs, type Output } from '../outputs.js';
import { inPortions } from '../portions.js';
import { importRuntime, openSession } from './onnxruntime-session.js';

/** The network's input, as the session describes it. */
interface Input {
  readonly name: string;
  readonly layout: Engine['layout'];
  /** The only batch size that the network takes; undefined if it takes any. */
  readonly fixedBatchSize: number | undefined;
}

/**
 * onnxruntime: on the CPU the fastest engine here for fp32 and int8 networks.
 * `run` blocks the thread that calls it.
 */
export const loadOnnxRuntime: LoadEngine = async (model, { threads, device = 'cpu' }) => {
  const file = model.files.onnx;
  if (file === undefined) throw new MvsError('MODEL_INVALID', `model ${model.name} has no ONNX file`);
  const ort = await importRuntime();
  const session = await openSession(ort, file, threads, device);
  const input = describeInput(session, model, file);
  const picture = pictureShape(input.layout, model.input);
  const pictureLength = 3 * model.input.width * model.input.height;
  const wanted = wantedOutputs(model, session.outputNames);
  let outputs: readonly OutputPart[] = [];
  const infer = async (pixels: Float32Array, count: number): Promise<Float32Array> => {
    const tensor = new ort.Tensor('float32', pixels, [count, ...picture]);
    const answers = await session.run({ [input.name]: tensor }, wanted);
    const read = await Promise.all(wanted.map((name) => outputOf(name, answers[name], model)));
    outputs = partsOf(read, count);
    return toRows(read, count);
  };
  const run = (pixels: Float32Array, count: number): Promise<Float32Array> =>
    inPortions(infer, { fixed: input.fixedBatchSize, most: count }, pictureLength, pixels, count);
  // The first inference allocates everything, and shows the shapes of the outputs even if the metadata does not.
  await run(new Float32Array(pictureLength), 1);
  return {
    name: 'onnxruntime',
    layout: input.layout,
    outputs,
    run,
    [Symbol.asyncDispose]: () => session.release(),
  };
};

function describeInput(session: InferenceSession, { input }: Model, file: string): Input {
  const [name] = session.inputNames;
  const meta = session.inputMetadata.find((candidate) => candidate.name === name);
  if (name === undefined || meta?.isTensor !== true) throw unusable(file, 'it takes no tensor');
  if (meta.type !== 'float32') throw unusable(file, `its input ${name} is ${meta.type}, not float32`);
  const { shape } = meta;
  const layout = layoutOf(shape, input);
  if (layout === undefined) {
    const wanted = [`${input.width}×${input.height}`, input.layout].filter(Boolean).join(' ');
    throw unusable(file, `its input is ${shape.join('×')}, model.yaml says ${wanted}`);
  }
  return {
    name,
    layout,
    fixedBatchSize: typeof shape[0] === 'number' && shape[0] > 0 ? shape[0] : undefined,
  };
}

function unusable(file: string, why: string): MvsError {
  return new MvsError('MODEL_INVALID', `${file} is not a picture classifier: ${why}`, {
    hint: 'The network must take float32 pictures, n×3×H×W or n×H×W×3, of the size in model.yaml.',
  });
}

/** Detectors may return classes and counts as whole numbers. */
async function outputOf(name: string, output: Tensor | undefined, { detect }: Model): Promise<Output> {
  const values = await output?.getData();
  if (output && values instanceof Float32Array) return { name, shape: output.dims, values };
  if (output && detect && (values instanceof BigInt64Array || values instanceof Int32Array))
    return { name, shape: output.dims, values: Float32Array.from(values, Number) };
  throw new MvsError('MODEL_INVALID', `the network returns ${output?.type ?? 'nothing'}, not float32`);
}
