import { engines } from '../../../src/core/classifier/engines/index.js';
import type { Engine } from '../../../src/core/classifier/engine.js';
import { loadModel } from '../../../src/core/classifier/load-model.js';

/** What is behind a server. */
export interface Network {
  readonly size: number;
  readonly classes: number;
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
  opened ??= open();
  return opened;
}

async function open(): Promise<Network> {
  const model = await loadModel('efficientnet-lite0');
  const engine = await (await engines.onnxruntime.loader())(model, { threads: 1 });
  const size = model.input.width;
  return {
    size,
    classes: engine.classes,
    scores(pixels, count, layout) {
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
