export interface Picture {
  /** In the order in which decoders show the pictures of its group. */
  readonly place: number;
  /** Whether other pictures may refer to it. */
  readonly isReference: boolean;
}

/**
 * Looks at each packet of a stream in turn. A frame number is the rank of its packet, and a group is decoded without what precedes it, so
 * each packet must hold exactly one picture that is shown, and a key packet must not need anything before it.
 *
 * @returns its picture; or why the promise above does not hold
 */
export type Inspect = (packet: Uint8Array, key: boolean) => Picture | string;

export const notOnePicture = 'a packet does not hold exactly one picture';
export const notClosed = 'a key packet is not a closed beginning';
export const otherParameters = 'the parameters change in mid-stream';
export const malformed = 'a packet is malformed';

/** For codecs whose pictures are shown in the order of the packets. @param check returns why a packet is in doubt, if it is */
export function inOrder(check: (packet: Uint8Array, key: boolean) => string | undefined): Inspect {
  let place = 0;
  return (packet, key) => check(packet, key) ?? { place: place++, isReference: true };
}

/** The order of pictures in H.264 and HEVC: its lower bits are in the header of each picture. */
export class PictureOrder {
  /** Of the last picture that others are counted from. */
  #last = 0;

  constructor(readonly bits: number) {}

  /** @param counts whether the following ones are counted from this picture */
  of(lower: number, counts: boolean, begins: boolean): number {
    if (begins) this.#last = 0;
    const range = 2 ** this.bits;
    const same = Math.floor(this.#last / range) * range + lower;
    const nearest = [same, same + range, same - range].find((order) => {
      const distance = order - this.#last;
      return distance > -range / 2 && distance <= range / 2;
    });
    const order = nearest ?? same;
    if (counts) this.#last = order;
    return order;
  }
}
