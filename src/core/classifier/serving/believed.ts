import { messageOf } from '../../base/errors.js';
import type { ServerAddress } from './address.js';
import { failure, faultOf } from './failures.js';

/** Turns `count` pictures, packed in the engine's `layout`, into rows of scores. */
export type Run = (pixels: Float32Array, count: number) => Promise<Float32Array>;

export interface BelievedOptions {
  readonly address: ServerAddress;
  /** The number of scores for each picture. */
  readonly classes: number;
  /** One picture, all zeros. */
  readonly empty: Float32Array;
}

/**
 * Checks every answer, because servers can replace a model while it is in use. Accepts a refusal only if the server works: it
 * takes an empty picture right after, and refuses the same pictures again. Older Tritons refuse everything while they load a model.
 * A confirmed refusal may be due to the number of pictures; smaller requests are then tried, and a size that works is kept (Triton's
 * max_batch_size is not in its metadata).
 * @param run classifies pictures, in requests of at most `most`
 * @throws MvsError ENGINE_UNAVAILABLE; CONFIG; ENGINE_FAILED: retriable if the model is broken, otherwise the pictures are the reason
 */
export function believed(
  run: (...args: [...Parameters<Run>, most: number]) => Promise<Float32Array>,
  { address, classes, empty }: BelievedOptions,
): Run {
  let most = Number.POSITIVE_INFINITY;
  const attempt = async (pixels: Float32Array, count: number, limit = most): Promise<Float32Array> => {
    const scores = await run(pixels, count, limit).catch((error: unknown) => {
      // The model was there at the start, so it is being reloaded.
      const gone = faultOf(error) === 'missing';
      throw gone ? failure('unavailable', address, 'does not have the model at the moment', error) : error;
    });
    if (scores.length !== count * classes) {
      throw failure('unavailable', address, `returns ${scores.length} numbers for ${count}×${classes}`);
    }
    if (!scores.every(Number.isFinite)) throw failure('broken', address, '');
    return scores;
  };
  const mustWork = async (): Promise<void> => {
    await attempt(empty, 1).catch((error: unknown) => {
      if (faultOf(error) !== 'refused') throw error;
      throw failure('unavailable', address, `refuses even an empty picture: ${messageOf(error)}`, error);
    });
  };
  const fewerAtATime = async (
    pixels: Float32Array,
    count: number,
    refusal: unknown,
  ): Promise<Float32Array> => {
    for (let fewer = Math.min(most, count); fewer > 1;) {
      fewer = Math.ceil(fewer / 2);
      try {
        const scores = await attempt(pixels, count, fewer);
        most = fewer;
        return scores;
      } catch (error) {
        if (!isRefusal(error)) throw error;
      }
    }
    throw refusal;
  };
  return async (pixels, count) => {
    try {
      return await attempt(pixels, count);
    } catch (error) {
      if (!isRefusal(error) && faultOf(error) !== 'broken') throw error;
    }
    await mustWork();
    try {
      return await attempt(pixels, count);
    } catch (error) {
      if (faultOf(error) === 'broken')
        throw failure('refused', address, 'their scores are not numbers', error);
      if (!isRefusal(error)) throw error;
      return await fewerAtATime(pixels, count, error);
    }
  };
}

function isRefusal(error: unknown): boolean {
  const fault = faultOf(error);
  return fault === 'refused' || fault === 'large';
}
