import { MvsError } from '../base/errors.js';
import type { Decoded, Decoding } from './decode-once.js';
import type { Engine, LoadEngine, LoadOptions } from './engine.js';
import { engines } from './engines/index.js';
import type { Model } from './model.js';
import { rowLength } from './outputs.js';
import type { Classification } from './port.js';
import { inputValues, type InputValues } from './normalise.js';
import { BadPicture } from './pixels.js';
import { readerOf, type Reader } from './reader.js';
import type { SharedWork } from './shared-work.js';
import { slicesOf } from './slices.js';
import { varyingOutputs } from './varying-outputs.js';

/** One network on one engine, from decoded pictures to what they show. Lives in an inference worker. */
export interface Inference extends AsyncDisposable {
  /** Calls may overlap: they are answered in order, and decoded while another one is in the engine. */
  classify(decoding: Decoding, topK: number): Promise<readonly Classification[]>;
}

/**
 * @param options `cancelled` is polled before each run of the engine; once true, slices fail with INTERRUPTED
 * @throws MvsError ENGINE_MISSING or MODEL_INVALID
 */
export async function openInference(
  load: LoadEngine,
  model: Model,
  options: LoadOptions & Pick<Parts, 'cancelled'>,
  shared: SharedWork,
): Promise<Inference> {
  const engine = await load(model, options);
  const { cancelled } = options;
  const read = await readerFor(engine, model);
  const infer = inferrer({ engine, model, read, cancelled, shared });
  return {
    classify: (decoding, topK) => shared.inTurn(decoding(model), (decoded) => infer(decoded, topK)),
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  };
}

async function readerFor(engine: Engine, model: Model): Promise<Reader> {
  try {
    return readerOf(model, engine.outputs);
  } catch (error) {
    await engine[Symbol.asyncDispose]();
    throw error;
  }
}

type Infer = (pictures: readonly Decoded[], topK: number) => Promise<Classification[]>;

interface Parts {
  readonly engine: Engine;
  readonly model: Model;
  readonly read: Reader;
  readonly cancelled: () => boolean;
  readonly shared: SharedWork;
}

/** Runs the decoded pictures of a slice, and answers the others with the reason why they are bad. */
function inferrer({ engine, model, read, cancelled, shared }: Parts): Infer {
  const length = rowLength(engine.outputs);
  const { sliceSize } = engines[engine.name];
  const kind = JSON.stringify([model.input, engine.layout, sliceSize]);
  const open = (): InputValues => inputValues(model, engine.layout, sliceSize);
  const infer: Infer = async (pictures, topK) => {
    if (cancelled()) throw new MvsError('INTERRUPTED', 'the classifier was closed while it worked');
    const good = pictures.flatMap((picture) => ('rgb' in picture ? [picture.rgb] : []));
    const rows =
      good.length === 0
        ? new Float32Array()
        : await engine.run(shared.valuesOf(good, kind, open), good.length);
    if (rows.length !== length * good.length) throw varyingOutputs();
    let row = 0;
    return pictures.map((picture) => {
      if (picture instanceof BadPicture) return { badFrame: picture.message };
      return read(rows.subarray(row * length, ++row * length), picture.shown, topK);
    });
  };
  return async (pictures, topK) => {
    const answers: Classification[] = [];
    // A slice is larger if another network of this worker is faster with larger ones.
    for (const some of slicesOf(pictures, sliceSize)) answers.push(...(await infer(some, topK)));
    return answers;
  };
}
