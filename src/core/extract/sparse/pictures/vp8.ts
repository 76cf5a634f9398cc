import { inOrder, notClosed, notOnePicture, otherParameters, type Inspect } from './pictures.js';

/** RFC 6386, 9.1. */
export function vp8(): Inspect {
  let size: string | undefined;
  return inOrder((packet, key) => {
    const [tag = 0] = packet;
    if (((tag >> 4) & 1) === 0) return notOnePicture;
    if (((tag & 1) === 0) !== key) return notClosed;
    if (!key) return undefined;
    const own = packet.subarray(6, 10).join();
    size ??= own;
    return own === size ? undefined : otherParameters;
  });
}
