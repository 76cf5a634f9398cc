import type * as OnnxRuntime from 'onnxruntime-node';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { MvsError, messageOf } from '../../errors.js';
import type { Engine, LoadEngine } from '../engine.js';
import type { Model } from '../model.js';

type Shape = InferenceSession.TensorValueMetadata['shape'];

/** What the session says of the network's input. */
interface Input {
  readonly name: string;
  readonly layout: Engine['layout'];
  /** The only batch size it takes; undefined where any will do. */
  readonly fixedBatch: number | undefined;
}

/**
 * onnxruntime on the CPU: the fastest engine here for fp32 and int8 networks.
 * `run` blocks the thread that calls it.
 */
export const loadOnnxRuntime: LoadEngine = async (model, { threads }) => {
  const file = model.files.onnx;
  if (file === undefined) throw new MvsError('MODEL_INVALID', `model ${model.name} has no ONNX file`);
  const ort = await importRuntime();
  const session = await openSession(ort, file, threads);
  const input = describeInput(session, model, file);
  const run = (pixels: Float32Array, count: number) => inBatches(ort, session, input, model, pixels, count);
  // The first inference allocates everything, and tells the number of classes where the metadata does not.
  const answer = await run(new Float32Array(model.input.width * model.input.height * 3), 1);
  return {
    name: 'onnxruntime',
    layout: input.layout,
    classes: answer.length,
    run,
    [Symbol.asyncDispose]: () => session.release(),
  };
};

export async function importRuntime(): Promise<typeof OnnxRuntime> {
  // Read once, when the library loads: it would keep usage events in the user's cache folder.
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  try {
    return await import('onnxruntime-node');
  } catch (cause) {
    throw new MvsError('ENGINE_MISSING', `onnxruntime-node does not load: ${messageOf(cause)}`, {
      cause,
      hint: 'Run "npm ci" again on this machine, or choose --engine tfjs-wasm, which runs everywhere.',
    });
  }
}

async function openSession(
  ort: typeof OnnxRuntime,
  file: string,
  threads: number,
): Promise<InferenceSession> {
  try {
    return await ort.InferenceSession.create(file, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      // Spinning threads take the cores from decoding and from other consumers.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  } catch (cause) {
    throw new MvsError('MODEL_INVALID', `onnxruntime cannot load ${file}: ${messageOf(cause)}`, {
      cause,
      hint: 'Check that the file is a complete ONNX network; a Git LFS pointer or a cut download is not.',
    });
  }
}

function describeInput(session: InferenceSession, { input }: Model, file: string): Input {
  const [name] = session.inputNames;
  const meta = session.inputMetadata.find((candidate) => candidate.name === name);
  if (name === undefined || meta?.isTensor !== true) throw unusable(file, 'it takes no tensor');
  if (meta.type !== 'float32') throw unusable(file, `its input ${name} is ${meta.type}, not float32`);
  const { shape } = meta;
  const shapes = { nchw: [3, input.height, input.width], nhwc: [input.height, input.width, 3] } as const;
  const possible = input.layout === undefined ? (['nchw', 'nhwc'] as const) : [input.layout];
  const layout = possible.find((one) => fits(shape, shapes[one]));
  if (layout === undefined) {
    const wanted = [`${input.width}×${input.height}`, input.layout].filter(Boolean).join(' ');
    throw unusable(file, `its input is ${shape.join('×')}, model.yaml says ${wanted}`);
  }
  return { name, layout, fixedBatch: typeof shape[0] === 'number' && shape[0] > 0 ? shape[0] : undefined };
}

/** Whether a shape like ['N', 3, 224, 224] takes pictures of these dimensions; names and −1 stand for any size. */
function fits(shape: Shape, wanted: readonly number[]): boolean {
  const fixed = (size: number | string | undefined) => typeof size === 'number' && size > 0;
  return shape.length === 4 && wanted.every((size, i) => !fixed(shape[i + 1]) || shape[i + 1] === size);
}

function unusable(file: string, why: string): MvsError {
  return new MvsError('MODEL_INVALID', `${file} is no picture classifier: ${why}`, {
    hint: 'The network must take float32 pictures, n×3×H×W or n×H×W×3, of the size in model.yaml.',
  });
}

/** Runs `count` pictures, in portions where the network was exported for one batch size; the last one is padded. */
async function inBatches(
  ort: typeof OnnxRuntime,
  session: InferenceSession,
  { name, layout, fixedBatch }: Input,
  model: Model,
  pixels: Float32Array,
  count: number,
): Promise<Float32Array> {
  const { width, height } = model.input;
  const picture = layout === 'nchw' ? [3, height, width] : [height, width, 3];
  const size = width * height * 3;
  const batch = fixedBatch ?? count;
  const answers: Float32Array[] = [];
  for (let done = 0; done < count; done += batch) {
    const part = padded(pixels.subarray(done * size, Math.min(count, done + batch) * size), batch * size);
    const outputs = await session.run({ [name]: new ort.Tensor('float32', part, [batch, ...picture]) });
    answers.push(await scoresOf(outputs[session.outputNames[0] ?? '']));
  }
  const classes = (answers[0]?.length ?? 0) / batch;
  return joined(answers).subarray(0, count * classes);
}

async function scoresOf(output: Tensor | undefined): Promise<Float32Array> {
  const scores = await output?.getData();
  if (scores instanceof Float32Array) return scores;
  throw new MvsError('MODEL_INVALID', `the network answers with ${output?.type ?? 'nothing'}, not float32`);
}

function padded(values: Float32Array, length: number): Float32Array {
  if (values.length === length) return values;
  const whole = new Float32Array(length);
  whole.set(values);
  return whole;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array()] = parts;
  if (parts.length === 1) return first;
  const whole = new Float32Array(first.length * parts.length);
  parts.forEach((part, i) => {
    whole.set(part, i * first.length);
  });
  return whole;
}
