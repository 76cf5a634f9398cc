import { MvsError } from '../../errors.js';
import type { Engine, LoadEngine } from '../engine.js';
import { inPortions } from '../portions.js';
import type { ModelServer } from '../serving/address.js';
import { within } from '../serving/deadline.js';
import { failure } from '../serving/failures.js';
import { openServing } from '../serving/index.js';
import { pictureTensors } from '../serving/tensors.js';

/** A batch of 32 pictures of 224×224 in binary form has 19 MB; larger ones go in several requests. */
const maxRequestBytes = 32 * 1024 * 1024;

/** `count` pictures, packed as the engine's `layout` says, to rows of scores. */
type Run = (pixels: Float32Array, count: number) => Promise<Float32Array>;

/**
 * A network that runs on a model server. Pictures are decoded here; each inference worker has one request under way.
 * @throws MvsError ENGINE_UNAVAILABLE where the server is away, MODEL_INVALID where its model is another kind of network
 */
export const loadServed: LoadEngine = async (model, { cancelled }) => {
  const { server, input } = model;
  if (server === undefined) throw new MvsError('MODEL_INVALID', `model ${model.name} names no server`);
  const { address, access } = server;
  const serving = await openServing(server);
  const inTime = <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    within(access.timeoutMs, address, work, cancelled);
  try {
    const { name, layout, fixedBatch, output } = pictureTensors(
      await inTime((signal) => serving.describe(signal)),
      input,
      address,
    );
    const { width, height } = input;
    const picture = layout === 'nchw' ? ([3, height, width] as const) : ([height, width, 3] as const);
    const size = 3 * width * height;
    const infer: Run = (values, count) =>
      inTime((signal) => serving.infer({ name, shape: [count, ...picture], values }, output, signal));
    const run: Run = (pixels, count) => {
      const most = Math.max(1, Math.floor(maxRequestBytes / (size * serving.bytesPerValue)));
      return inPortions(infer, { fixed: fixedBatch, most }, size, pixels, count);
    };
    // Tells the number of classes where the metadata does not, and whether the server really answers.
    const { length: classes } = await run(new Float32Array(size), 1);
    return {
      name: address.engine,
      layout,
      classes,
      run: checked(run, classes, server),
      [Symbol.asyncDispose]: () => serving[Symbol.asyncDispose](),
    } satisfies Engine;
  } catch (error) {
    await serving[Symbol.asyncDispose]();
    throw error;
  }
};

/** Servers change their models while we use them, so each answer is looked at. */
function checked(run: Run, classes: number, { address }: ModelServer): Run {
  return async (pixels, count) => {
    const scores = await run(pixels, count).catch((error: unknown) => {
      // It was there at the start, so it is being loaded again.
      const gone = error instanceof MvsError && error.code === 'MODEL_INVALID';
      throw gone ? failure('away', address, 'does not have the model at the moment', error) : error;
    });
    if (scores.length !== count * classes) {
      throw failure('away', address, `answers with ${scores.length} numbers for ${count}×${classes}`);
    }
    if (scores.every(Number.isFinite)) return scores;
    throw new MvsError('ENGINE_FAILED', `the model at ${address.url} answers with numbers that are none`, {
      retriable: true,
    });
  };
}
