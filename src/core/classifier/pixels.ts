import type { Shown } from './detect/detector.js';

/** The picture cannot be classified, and the picture is the reason; the message says why. */
export class BadPicture extends Error {}

/** A decoded picture in the size of the input. */
export interface Pixels {
  /** width × height × 3 bytes, RGB, row by row. */
  readonly rgb: Uint8Array;
  readonly shown: Shown;
}
