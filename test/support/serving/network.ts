import { engines } from '../../../src/core/classifier/engines/index.js';
import { rowLength } from '../../../src/core/classifier/outputs.js';
import type { Engine, OutputPart } from '../../../src/core/classifier/engine.js';
import { loadModel } from '../../../src/core/classifier/load-model.js';

/** What is behind a server. */
export interface Network {
  readonly size: number;
  readonly classes: number;
  /** The outputs of a detector, in the order of their numbers in a row; a classifier has one, with a name of the server's. */
  readonly parts?: readonly OutputPart[];
  /** `layout` is how the pictures lie, whatever the network's own way is. */
  readonly scores: (pixels: Float32Array, count: number, layout: Engine['layout']) => Promise<Float32Array>;
}

const none = { size: 8, classes: 1000 };

/** Is no network: takes small pictures and gives all of them the same scores, for tests that do not look at these. */
export const noNetwork: Network = {
  ...none,
  scores: (_pixels, count) => Promise.resolve(new Float32Array(count * none.classes).fill(1 / none.classes)),
};

let opened: Promise<Network> | undefined;

/** The bundled network: 224×224 pictures in, 1,000 probabilities out. One for all servers of a test file; its memory ends with the process. */
export function network(): Promise<Network> {
  opened ??= open('efficientnet-lite0').then(({ parts: _, ...rest }) => rest);
  return opened;
}

/** The bundled detector: 300×300 pictures in, boxes and scores out. */
export async function detectorNetwork(): Promise<Network> {
  const { parts, ...rest } = await open('ssd-mobilenetv2');
  return { ...rest, parts };
}

/** One output of a detector for all pictures, or the only one of a classifier. */
export interface OutputTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Takes the outputs out of the rows. */
export function tensorsIn(
  rows: Float32Array,
  count: number,
  { classes, parts }: Pick<Network, 'classes' | 'parts'>,
  usual: string,
): OutputTensor[] {
  let offset = 0;
  return (parts ?? [{ name: usual, shape: [classes] }]).map(({ name, shape }) => {
    const length = shape.reduce((a, b) => a * b, 1);
    const values = new Float32Array(count * length);
    for (let i = 0; i < count; i++)
      values.set(rows.subarray(i * classes + offset, i * classes + offset + length), i * length);
    offset += length;
    return { name, shape: [count, ...shape], values };
  });
}

async function open(name: string) {
  const model = await loadModel(name);
  const engine = await (await engines.onnxruntime.loader())(model, { threads: 1 });
  const size = model.input.width;
  return {
    size,
    classes: rowLength(engine.outputs),
    parts: engine.outputs,
    scores(pixels: Float32Array, count: number, layout: Engine['layout']) {
      const own = layout === engine.layout ? pixels : transposed(pixels, count, size * size, layout);
      return engine.run(own, count);
    },
  };
}

function transposed(pixels: Float32Array, count: number, area: number, from: Engine['layout']): Float32Array {
  const into = new Float32Array(pixels.length);
  for (let picture = 0; picture < count; picture++) {
    const start = picture * area * 3;
    for (let at = 0; at < area; at++) {
      for (let channel = 0; channel < 3; channel++) {
        const [planar, packed] = [start + channel * area + at, start + at * 3 + channel];
        const [source, target] = from === 'nchw' ? [planar, packed] : [packed, planar];
        into[target] = pixels[source] ?? 0;
      }
    }
  }
  return into;
}
