import type { Model } from './model.js';
import { BadPicture, type Pixels } from './pixels.js';
import { decode } from './preprocess.js';

export type Decoded = Pixels | BadPicture;

/** The pixels of a slice, as a network needs them. */
export type Decoding = (model: Model) => Promise<readonly Decoded[]>;

/**
 * Decodes a slice when the first network needs it, once for all networks that need the same pixels. Networks with another input size or
 * another way to scale decode for themselves: libjpeg decodes at a fraction of the size that depends on both, so pixels that were made for
 * one of them would change the results of the other.
 */
export function decodeOnce(pictures: readonly Uint8Array[]): Decoding {
  const known = new Map<string, Promise<readonly Decoded[]>>();
  return (model) => {
    const { input, resize } = model;
    const key = JSON.stringify([input.width, input.height, resize]);
    const pixels = known.get(key) ?? decodeAll(pictures, model);
    known.set(key, pixels);
    return pixels;
  };
}

function decodeAll(pictures: readonly Uint8Array[], model: Model): Promise<readonly Decoded[]> {
  return Promise.all(
    pictures.map((picture) =>
      decode(picture, model).catch((error: unknown) => {
        if (error instanceof BadPicture) return error;
        throw error;
      }),
    ),
  );
}
