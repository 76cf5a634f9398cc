import { Bits } from './bits.js';
import { textOf } from './nal.js';
import { inOrder, malformed, notClosed, notOnePicture, otherParameters, type Inspect } from './pictures.js';

const type = { sequence: 1, header: 3, frame: 6 };
const keyFrame = 0;

interface Unit {
  readonly type: number;
  readonly layer: number;
  readonly data: Uint8Array;
}

/** AV1 Bitstream Specification, 5.3 to 5.9. */
export function av1(): Inspect {
  let sequence: string | undefined;
  /** Since the key frame, pictures that were not shown so far. Each is shown once at most. */
  let hidden = 0;
  return inOrder((packet, key) => {
    const units = unitsOf(packet);
    if (units === undefined) return malformed;
    let [pictures, isKey, hasSequence] = [0, false, false];
    for (const { type: of, layer, data } of units) {
      if (layer > 0) return 'there are layers of pictures';
      if (of === type.sequence) {
        sequence ??= textOf(data);
        // `still_picture` and `reduced_still_picture_header`
        if (textOf(data) !== sequence || ((data[0] ?? 0) & 0x18) !== 0) return otherParameters;
        hasSequence = true;
      }
      if (of !== type.header && of !== type.frame) continue;
      const bits = new Bits(data.subarray(0, 1));
      const existing = bits.flag();
      const begins = !existing && bits.take(2) === keyFrame;
      const shown = existing || bits.flag();
      if (begins && (!shown || pictures > 0)) return notClosed;
      if (begins) hidden = 0;
      else if (existing) hidden -= 1;
      else if (!shown) hidden += 1;
      // Decoders show another one in its place, or none.
      if (hidden < 0) return 'a hidden picture is missing';
      isKey ||= begins;
      pictures += shown ? 1 : 0;
    }
    if (pictures !== 1) return notOnePicture;
    return isKey === key && (!key || hasSequence) ? undefined : notClosed;
  });
}

function unitsOf(packet: Uint8Array): Unit[] | undefined {
  const units: Unit[] = [];
  for (let at = 0; at < packet.length;) {
    const header = packet[at++] ?? 0;
    const extension = (header & 4) === 0 ? 0 : (packet[at++] ?? 0);
    let length = (header & 2) === 0 ? packet.length - at : 0;
    if ((header & 2) !== 0)
      for (let n = 0, byte = 128; n < 8 && byte >= 128; n++) {
        byte = packet[at++] ?? 0;
        length += (byte & 127) * 128 ** n;
      }
    if (at + length > packet.length) return undefined;
    units.push({
      type: (header >> 3) & 15,
      layer: (extension >> 3) & 3,
      data: packet.subarray(at, at + length),
    });
    at += length;
  }
  return units;
}
