/** Huffman tables (ITU-T T.81, annex C and F.2.2.3), and the decoding of one block of 8×8 coefficients. */

const lookupBits = 10;
const lookupSize = 1 << lookupBits;
/** Lengths of codes << 8 | symbol, by the next bits; 0 if the code is longer. */
const lookupAt: usize = 0;
/** The value << 16 | the zeros before it << 8 | bits of code and value together, by the next bits; 0 if they are more. */
const valueAt: usize = lookupSize * 2;
/** Per length of a code, 0 to 16: the largest code, and the difference between its index and the code. */
const largestAt: usize = valueAt + lookupSize * 4;
const offsetAt: usize = largestAt + 17 * 4;
const symbolsAt: usize = offsetAt + 17 * 4;
const tableSize: usize = symbolsAt + 256;

const tables: usize = memory.data(27616, 16);

export function dcTable(id: i32): usize {
  return tables + <usize>id * tableSize;
}

export function acTable(id: i32): usize {
  return tables + <usize>(2 + id) * tableSize;
}

/** The place of each coefficient in its block, in bytes: zigzag order to rows. */
const places: usize = memory.data<u8>([
  0, 2, 16, 32, 18, 4, 6, 20, 34, 48, 64, 50, 36, 22, 8, 10, 24, 38, 52, 66, 80, 96, 82, 68, 54, 40, 26, 12,
  14, 28, 42, 56, 70, 84, 98, 112, 114, 100, 86, 72, 58, 44, 30, 46, 60, 74, 88, 102, 116, 118, 104, 90, 76,
  62, 78, 92, 106, 120, 122, 108, 94, 110, 124, 126,
]);

/** @returns false if the table is not valid */
export function buildTable(table: usize, counts: usize, symbols: usize, isDc: bool): bool {
  memory.fill(table, 0, tableSize);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length++) {
    const count: i32 = load<u8>(counts + length - 1);
    store<i32>(table + offsetAt + (length << 2), index - code);
    for (let i: i32 = 0; i < count; i++) {
      const symbol: i32 = load<u8>(symbols + index);
      if (isDc && symbol > 11) return false;
      store<u8>(table + symbolsAt + index, symbol);
      if (length <= lookupBits && code < 1 << length) fillLookup(table, code, length, symbol, isDc);
      code++;
      index++;
    }
    // No code consists of ones only.
    if (count > 0 && code >= 1 << length) return false;
    store<i32>(table + largestAt + (length << 2), count > 0 ? code - 1 : -1);
    code <<= 1;
  }
  return true;
}

function fillLookup(table: usize, code: i32, length: i32, symbol: i32, isDc: bool): void {
  const free = lookupBits - length;
  const size = symbol & 15;
  for (let rest = 0; rest < 1 << free; rest++) {
    const bits = (code << free) | rest;
    store<u16>(table + lookupAt + (bits << 1), <u16>((length << 8) | symbol));
    if (isDc || size > free) continue;
    // The end of a block has the value 0; 16 zeros have no entry.
    if (size == 0 && symbol == 0xf0) continue;
    const value = size == 0 ? 0 : extend(rest >> (free - size), size);
    store<i32>(table + valueAt + (bits << 2), (value << 16) | ((symbol >> 4) << 8) | (length + size));
  }
}

/** The signed value of `size` bits. */
function extend(bits: i32, size: i32): i32 {
  return bits + (((bits >> (size - 1)) - 1) & ((-1 << size) + 1));
}

/** Bits that are read but not used yet, from the top, and their number. */
let buffer: u64 = 0;
let available: i32 = 0;
/** The next four bytes, as a little-endian word. */
let next: usize = 0;

export function beginAt(at: usize): void {
  buffer = 0;
  available = 0;
  next = at;
}

export function position(): usize {
  return next;
}

export function unused(): i32 {
  return available;
}

/**
 * Larger coefficients, of which encoders stay far away, go to another decoder: libjpeg-turbo's transforms overflow in ways of their own,
 * the 2×2 one first, from 3,129 on.
 */
const mostValue = 3071;

function isTooLarge(value: i32): bool {
  return value > mostValue || value < -mostValue;
}

/** How many coefficients the last block has, or 64 if the block uses the last one. */
export let coefficients: i32 = 0;

/** The symbol of a code that is too long for the tables, << 8 | its length; 0 if there is none. */
function longCode(table: usize, bits: u64): i32 {
  for (let length = lookupBits + 1; length <= 16; length++) {
    const code = <i32>(bits >> (64 - length));
    if (code <= load<i32>(table + largestAt + (length << 2))) {
      const index = code + load<i32>(table + offsetAt + (length << 2));
      if (index < 0 || index > 255) return 0;
      return (length << 8) | load<u8>(table + symbolsAt + index);
    }
  }
  return 0;
}

/**
 * Decodes one block to dequantized coefficients at `to`, whose others are 0.
 * @param before the DC coefficient of the block before, as i32, which is replaced
 * @returns false if the data is damaged
 */
export function decodeBlock(dc: usize, ac: usize, quantization: usize, before: usize, to: usize): bool {
  let bits = buffer;
  let count = available;
  let at = next;
  if (count <= 32) {
    bits |= (<u64>load<u32>(at)) << (32 - count);
    at += 4;
    count += 32;
  }
  let entry = <i32>load<u16>(dc + lookupAt + ((<usize>(bits >> (64 - lookupBits))) << 1));
  if (entry == 0) {
    entry = longCode(dc, bits);
    if (entry == 0) return false;
  }
  let length = entry >> 8;
  let size = entry & 255;
  bits <<= length;
  let value = load<i32>(before);
  if (size != 0) {
    value += extend(<i32>(bits >> (64 - size)), size);
    bits <<= size;
  }
  count -= length + size;
  store<i32>(before, value);
  const first = value * load<i32>(quantization);
  let tooLarge = isTooLarge(first);
  store<i16>(to, <i16>first);
  let k = 1;
  while (k < 64) {
    if (count <= 32) {
      bits |= (<u64>load<u32>(at)) << (32 - count);
      at += 4;
      count += 32;
    }
    const index = <usize>(bits >> (64 - lookupBits));
    const whole = load<i32>(ac + valueAt + (index << 2));
    if (whole != 0) {
      const used = whole & 255;
      bits <<= used;
      count -= used;
      value = whole >> 16;
      if (value == 0) break;
      k += (whole >> 8) & 15;
    } else {
      entry = <i32>load<u16>(ac + lookupAt + (index << 1));
      if (entry == 0) {
        entry = longCode(ac, bits);
        if (entry == 0) return false;
      }
      length = entry >> 8;
      size = entry & 15;
      const zeros = (entry >> 4) & 15;
      bits <<= length;
      count -= length + size;
      if (size == 0) {
        if (zeros != 15) break;
        k += 16;
        continue;
      }
      k += zeros;
      value = extend(<i32>(bits >> (64 - size)), size);
      bits <<= size;
    }
    if (k > 63) return false;
    const scaled = value * load<i32>(quantization + (k << 2));
    tooLarge = tooLarge || isTooLarge(scaled);
    store<i16>(to + load<u8>(places + k), <i16>scaled);
    k++;
  }
  if (tooLarge) return false;
  coefficients = k;
  buffer = bits;
  available = count;
  next = at;
  return true;
}
