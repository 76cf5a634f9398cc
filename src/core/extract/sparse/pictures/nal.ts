/** The units of a packet of H.264 or HEVC, each behind its length; undefined if the lengths do not add up. */
export function unitsOf(packet: Uint8Array, lengthSize: number): Uint8Array[] | undefined {
  const units: Uint8Array[] = [];
  let at = 0;
  while (at < packet.length) {
    if (at + lengthSize > packet.length) return undefined;
    let length = 0;
    for (let n = 0; n < lengthSize; n++) length = length * 256 + (packet[at++] ?? 0);
    if (length === 0 || at + length > packet.length) return undefined;
    units.push(packet.subarray(at, at + length));
    at += length;
  }
  return units;
}

/** Without the bytes that keep start codes out of a unit. */
export function unescaped(unit: Uint8Array): Uint8Array {
  return unit.filter((byte, n) => !(byte === 3 && n > 1 && unit[n - 1] === 0 && unit[n - 2] === 0));
}

/** The text of a unit, to compare it with others. */
export function textOf(unit: Uint8Array): string {
  return Buffer.from(unit.buffer, unit.byteOffset, unit.byteLength).toString('latin1');
}
