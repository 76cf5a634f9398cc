/**
 * The header of a JPEG. Only plain ones are accepted: baseline, 8 bits, grey or YCbCr, one scan, and no segments that could change what a
 * decoder does (ICC profiles, EXIF, Adobe). Everything else is refused, and left to another decoder.
 */
import { acTable, buildTable, dcTable } from './huffman';

export let width: i32 = 0;
export let height: i32 = 0;
export let components: i32 = 0;
/** Samples of luma for each of chroma. */
export let across: i32 = 1;
export let down: i32 = 1;
/** MCUs between two restart markers; 0 if there are none. */
export let restartInterval: i32 = 0;

/** Four tables of 64 numbers, in the order of the file. */
const quantization: usize = memory.data(4 * 64 * 4, 16);
let quantizationSeen: i32 = 0;
/** Bits 0 and 1: tables for DC; bits 4 and 5: for AC. */
let huffmanSeen: i32 = 0;
/** Per component: its id, and the indexes of its tables. */
const ids: usize = memory.data(4);
const quantizationOf: usize = memory.data(4);
const huffmanOf: usize = memory.data(4);

export function quantizationTable(component: i32): usize {
  return quantization + ((<usize>load<u8>(quantizationOf + component)) << 8);
}

export function dcTableOf(component: i32): usize {
  return dcTable((<i32>load<u8>(huffmanOf + component)) >> 4);
}

export function acTableOf(component: i32): usize {
  return acTable((<i32>load<u8>(huffmanOf + component)) & 15);
}

function be16(at: usize): i32 {
  return ((<i32>load<u8>(at)) << 8) | <i32>load<u8>(at + 1);
}

/** @returns where the entropy-coded data begins, or 0 if this is not a plain JPEG */
export function parse(from: usize, end: usize): usize {
  width = 0;
  restartInterval = 0;
  quantizationSeen = 0;
  huffmanSeen = 0;
  if (end - from < 4 || be16(from) != 0xffd8) return 0;
  let at = from + 2;
  while (at + 4 <= end) {
    if (load<u8>(at) != 0xff) return 0;
    const marker: i32 = load<u8>(at + 1);
    const length = be16(at + 2);
    const content = at + 4;
    at += 2 + length;
    if (length < 2 || at > end) return 0;
    if (marker == 0xda) return readScan(content, at) ? at : 0;
    if (!readSegment(marker, content, at)) return 0;
  }
  return 0;
}

function readSegment(marker: i32, from: usize, end: usize): bool {
  switch (marker) {
    case 0xe0: // JFIF
    case 0xfe: // a comment
      return true;
    case 0xdb:
      return readQuantization(from, end);
    case 0xc4:
      return readHuffman(from, end);
    case 0xc0:
      return readFrame(from, end);
    case 0xdd:
      if (end - from != 2) return false;
      restartInterval = be16(from);
      return true;
    default:
      return false;
  }
}

function readQuantization(from: usize, end: usize): bool {
  for (let at = from; at < end; at += 65) {
    const id: usize = load<u8>(at);
    if (id > 3 || at + 65 > end) return false;
    for (let i: usize = 0; i < 64; i++) store<i32>(quantization + (id << 8) + (i << 2), load<u8>(at + 1 + i));
    quantizationSeen |= 1 << <i32>id;
  }
  return true;
}

function readHuffman(from: usize, end: usize): bool {
  let at = from;
  while (at < end) {
    const id: i32 = load<u8>(at);
    if ((id & 0xee) != 0 || at + 17 > end) return false;
    let symbols = 0;
    for (let i: usize = 1; i <= 16; i++) symbols += load<u8>(at + i);
    if (symbols > 256 || at + 17 + symbols > end) return false;
    const table = id & 16 ? acTable(id & 1) : dcTable(id & 1);
    if (!buildTable(table, at + 1, at + 17, (id & 16) == 0)) return false;
    huffmanSeen |= id & 16 ? 16 << (id & 1) : 1 << (id & 1);
    at += 17 + symbols;
  }
  return true;
}

function readFrame(from: usize, end: usize): bool {
  if (width != 0 || end - from < 6 || load<u8>(from) != 8) return false;
  height = be16(from + 1);
  width = be16(from + 3);
  components = load<u8>(from + 5);
  if (width == 0 || height == 0 || (components != 1 && components != 3)) return false;
  // libjpeg refuses larger pictures.
  if (width > 65500 || height > 65500) return false;
  if (end - from != 6 + 3 * components) return false;
  for (let i = 0; i < components; i++) {
    const at = from + 6 + 3 * i;
    store<u8>(ids + i, load<u8>(at));
    const sampling: i32 = load<u8>(at + 1);
    if (i == 0) {
      across = sampling >> 4;
      down = sampling & 15;
    } else if (sampling != 0x11) return false;
    if (load<u8>(at + 2) > 3) return false;
    store<u8>(quantizationOf + i, load<u8>(at + 2));
  }
  if (components == 1) {
    // Without a second component, its sampling has no meaning.
    if (across == 0 || across > 4 || down == 0 || down > 4) return false;
    across = 1;
    down = 1;
    return true;
  }
  // Without JFIF, these names mean RGB.
  if (load<u8>(ids) == 0x52 && load<u8>(ids + 1) == 0x47 && load<u8>(ids + 2) == 0x42) return false;
  // libjpeg widens chroma of at most two columns in another way.
  if (across == 2 && width < 5) return false;
  return (across == 1 || across == 2) && (down == 1 || (down == 2 && across == 2));
}

/** Accepts one scan with all components and all coefficients. */
function readScan(from: usize, end: usize): bool {
  if (width == 0 || end - from != 4 + 2 * components || load<u8>(from) != components) return false;
  for (let i = 0; i < components; i++) {
    const at = from + 1 + 2 * i;
    const tables: i32 = load<u8>(at + 1);
    if (load<u8>(at) != load<u8>(ids + i) || (tables & 0xee) != 0) return false;
    if (!(huffmanSeen & (1 << (tables >> 4))) || !(huffmanSeen & (16 << (tables & 15)))) return false;
    if (!(quantizationSeen & (1 << <i32>load<u8>(quantizationOf + i)))) return false;
    store<u8>(huffmanOf + i, <u8>tables);
  }
  // All 64 coefficients at once, at full precision.
  return load<u8>(end - 3) == 0 && load<u8>(end - 2) == 63 && load<u8>(end - 1) == 0;
}
