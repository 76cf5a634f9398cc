import { messageOf } from '../../base/errors.js';
import type { ServerAddress } from './address.js';
import { failure, faultOf } from './failures.js';

/** `count` pictures, packed as the engine's `layout` says, to rows of scores. */
export type Run = (pixels: Float32Array, count: number) => Promise<Float32Array>;

export interface BelievedOptions {
  readonly address: ServerAddress;
  /** Scores of each picture. */
  readonly classes: number;
  /** One picture, all zeros. */
  readonly empty: Float32Array;
}

/**
 * Looks at every answer, because servers change their models while we use them, and believes a refusal only where the server is well:
 * where it takes an empty picture right after, and refuses the same pictures again. Older Tritons refuse everything while they load.
 * A refusal that stands may be of so many pictures at a time; fewer are then tried, and kept to (Triton's max_batch_size is not in its metadata).
 * @param run pictures, in requests of at most so many
 * @throws MvsError ENGINE_UNAVAILABLE; CONFIG; ENGINE_FAILED: retriable where the model is broken, else the pictures are to blame
 */
export function believed(
  run: (...args: [...Parameters<Run>, most: number]) => Promise<Float32Array>,
  { address, classes, empty }: BelievedOptions,
): Run {
  let most = Number.POSITIVE_INFINITY;
  const attempt = async (pixels: Float32Array, count: number, limit = most): Promise<Float32Array> => {
    const scores = await run(pixels, count, limit).catch((error: unknown) => {
      // It was there at the start, so it is being loaded again.
      const gone = faultOf(error) === 'missing';
      throw gone ? failure('away', address, 'does not have the model at the moment', error) : error;
    });
    if (scores.length !== count * classes) {
      throw failure('away', address, `answers with ${scores.length} numbers for ${count}×${classes}`);
    }
    if (!scores.every(Number.isFinite)) throw failure('broken', address, '');
    return scores;
  };
  const mustBeWell = async (): Promise<void> => {
    await attempt(empty, 1).catch((error: unknown) => {
      if (faultOf(error) !== 'refused') throw error;
      throw failure('away', address, `refuses even an empty picture: ${messageOf(error)}`, error);
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
    await mustBeWell();
    try {
      return await attempt(pixels, count);
    } catch (error) {
      if (faultOf(error) === 'broken')
        throw failure('refused', address, 'their scores are no numbers', error);
      if (!isRefusal(error)) throw error;
      return await fewerAtATime(pixels, count, error);
    }
  };
}

function isRefusal(error: unknown): boolean {
  const fault = faultOf(error);
  return fault === 'refused' || fault === 'large';
}
