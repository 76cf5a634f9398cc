import { JpegDecoder } from './jpeg/decoder.js';
import type { Model } from './model.js';
import type { Pixels } from './pixels.js';
import { decodeWithSharp } from './sharp-pixels.js';

/** Of this thread; undefined where WebAssembly is not usable. */
let jpegs: { readonly decoder: JpegDecoder | undefined } | undefined;

/**
 * Decodes a JPEG or PNG and scales it to the input size of the network, as its description says. Whether the decoder for plain JPEGs or
 * sharp does it makes no difference to the result, and only sharp decides that a picture is bad.
 * @throws BadPicture for anything that is not one complete picture.
 */
export async function decode(picture: Uint8Array, model: Model): Promise<Pixels> {
  jpegs ??= { decoder: openDecoder() };
  return quickly(jpegs.decoder, picture, model) ?? decodeWithSharp(picture, model);
}

function quickly(decoder: JpegDecoder | undefined, picture: Uint8Array, model: Model): Pixels | undefined {
  try {
    return decoder?.decode(picture, model);
  } catch {
    // A fault of the decoder, or a lack of memory, must not stop the consumer at this picture.
    return undefined;
  }
}

function openDecoder(): JpegDecoder | undefined {
  try {
    return new JpegDecoder();
  } catch {
    // `mvs doctor` says why.
    return undefined;
  }
}
