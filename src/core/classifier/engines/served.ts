import { MvsError } from '../../base/errors.js';
import type { Engine, LoadEngine, OutputPart } from '../engine.js';
import { pictureShape } from '../layout.js';
import { partsOf, toRows } from '../outputs.js';
import { inPortions } from '../portions.js';
import { believed, type Run } from '../serving/believed.js';
import { within } from '../serving/deadline.js';
import { openServing } from '../serving/index.js';
import { pictureTensors } from '../serving/tensors.js';

/** A slice of 32 pictures of 224×224 in binary form has 19 MB; larger ones go in several requests. */
const maxRequestBytes = 32 * 1024 * 1024;

/**
 * A network that runs on a model server. Pictures are decoded here; each inference worker has one request at a time.
 * @throws MvsError ENGINE_UNAVAILABLE if the server is unavailable, MODEL_INVALID if its model is another kind of network
 */
export const loadServed: LoadEngine = async (model, { cancelled }) => {
  const { server, input } = model;
  if (server === undefined) throw new MvsError('MODEL_INVALID', `model ${model.name} names no server`);
  const { address, access } = server;
  const serving = await openServing(server);
  const inTime = <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    within(access.timeoutMs, address, work, cancelled);
  try {
    const { name, layout, fixedBatchSize, outputs } = pictureTensors(
      await inTime((signal) => serving.describe(signal)),
      input,
      address,
      model,
    );
    let parts: readonly OutputPart[] = [];
    const picture = pictureShape(layout, input);
    const pictureLength = 3 * input.width * input.height;
    const infer: Run = async (values, count) => {
      const pictures = { name, shape: [count, ...picture], values } as const;
      const answered = await inTime((signal) => serving.infer(pictures, outputs, signal));
      parts = partsOf(answered, count);
      return toRows(answered, count);
    };
    const run = (pixels: Float32Array, count: number, limit: number): Promise<Float32Array> => {
      const most = Math.max(
        1,
        Math.min(limit, Math.floor(maxRequestBytes / (pictureLength * serving.bytesPerValue))),
      );
      return inPortions(infer, { fixed: fixedBatchSize, most }, pictureLength, pixels, count);
    };
    const empty = new Float32Array(pictureLength);
    // Shows the shapes of the outputs even if the metadata does not, and whether the server really answers.
    const { length: classes } = await run(empty, 1, 1);
    return {
      name: address.engine,
      layout,
      outputs: parts,
      run: believed(run, { address, classes, empty }),
      [Symbol.asyncDispose]: () => serving[Symbol.asyncDispose](),
    } satisfies Engine;
  } catch (error) {
    await serving[Symbol.asyncDispose]();
    throw error;
  }
};
