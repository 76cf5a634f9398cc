import { MvsError } from '../../base/errors.js';
import { ByteReader } from '../byte-reader.js';

/** Elements of a Matroska file (RFC 9559) as ffmpeg writes it to a pipe. */
const id = {
  ebml: 0x1a45dfa3,
  segment: 0x18538067,
  info: 0x1549a966,
  tracks: 0x1654ae6b,
  track: 0xae,
  codecPrivate: 0x63a2,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
  blockGroup: 0xa0,
  block: 0xa1,
  duration: 0x9b,
  reference: 0xfb,
};

/** No packet is larger. */
const maxElement = 256 << 20;
const keyFlag = 0x80;
const lacingFlags = 0x06;

export interface Packet {
  readonly key: boolean;
  readonly data: Uint8Array;
}

/** A file with one stream, read from ffmpeg's stdout. */
export class MatroskaReader {
  readonly #reader: ByteReader;
  #header: readonly Uint8Array[] = [];
  /** What the decoder needs before the first packet. */
  codecPrivate: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#reader = new ByteReader(chunks);
  }

  /** The beginning of a file that has the same stream, complete when the first packet has been read. */
  get header(): Uint8Array {
    return Buffer.concat(this.#header);
  }

  /** @throws MvsError EXTRACTOR_FAILED if this is not a file of packets */
  async *packets(): AsyncGenerator<Packet, void, void> {
    try {
      while (!(await this.#reader.atEnd())) {
        const element = await this.#number(true);
        const size = await this.#number(false);
        if (element === id.segment) this.#header = [...this.#header, start(element)];
        // Their size may be unknown, and their elements are read one by one.
        if (element === id.segment || element === id.cluster) continue;
        if (size > maxElement) throw unexpected(element);
        const data = await this.#reader.take(size);
        if (element === id.ebml || element === id.info || element === id.tracks) this.#keep(element, data);
        if (element === id.simpleBlock) yield packetOf(data, ((data[3] ?? 0) & keyFlag) !== 0);
        if (element === id.blockGroup) yield packetOfGroup(data);
      }
    } finally {
      await this.#reader.close();
    }
  }

  #keep(element: number, data: Uint8Array): void {
    this.#header = [...this.#header, start(element, data.length), data];
    if (element !== id.tracks) return;
    const track = childOf(data, id.track);
    this.codecPrivate = (track && childOf(track, id.codecPrivate)) ?? this.codecPrivate;
  }

  async #number(marked: boolean): Promise<number> {
    const first = await this.#reader.take(1);
    const rest = await this.#reader.take(lengthOf(first[0]) - 1);
    return numberIn(Buffer.concat([first, rest]), marked);
  }
}

/** How many bytes a number has that begins with this one. */
function lengthOf(first = 0): number {
  return Math.min(8, Math.clz32(first) - 23);
}

/** A number of variable length; the mark of its length is part of an id, but not of a size. */
function numberIn(bytes: Uint8Array, marked: boolean): number {
  const mark = marked ? 0 : 0x80 >> (bytes.length - 1);
  return bytes.reduce((value, byte, n) => value * 256 + (n === 0 ? byte & ~mark : byte), 0);
}

function packetOf(block: Uint8Array, key: boolean): Packet {
  const [track = 0, , , flags = 0] = block;
  if (track !== 0x81 || (flags & lacingFlags) !== 0) throw unexpected(id.simpleBlock);
  return { key, data: block.subarray(4) };
}

/** Later versions of ffmpeg write a packet with an unusual duration in this way. */
function packetOfGroup(group: Uint8Array): Packet {
  const parts = new Map(childrenOf(group));
  const other = [...parts.keys()].find((part) => ![id.block, id.duration, id.reference].includes(part));
  const block = parts.get(id.block);
  if (other !== undefined || block === undefined) throw unexpected(other ?? id.blockGroup);
  return packetOf(block, !parts.has(id.reference));
}

function* childrenOf(parent: Uint8Array): Generator<readonly [number, Uint8Array], void, void> {
  let at = 0;
  const next = (marked: boolean): number => {
    const length = lengthOf(parent[at]);
    at += length;
    return numberIn(parent.subarray(at - length, at), marked);
  };
  while (at < parent.length) {
    const element = next(true);
    const size = next(false);
    yield [element, parent.subarray(at, at + size)];
    at += size;
  }
}

function childOf(parent: Uint8Array, wanted: number): Uint8Array | undefined {
  for (const [element, data] of childrenOf(parent)) if (element === wanted) return data;
  return undefined;
}

/** A packet at a time of its own, as a cluster. */
export function clusterOf({ key, data }: Packet, milliseconds: number): Uint8Array {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(milliseconds));
  const block = Buffer.from([0x81, 0, 0, key ? keyFlag : 0]);
  const content = [start(id.timestamp, 8), time, start(id.simpleBlock, data.length + 4), block, data];
  const size = content.reduce((sum, { length }) => sum + length, 0);
  return Buffer.concat([start(id.cluster, size), ...content]);
}

/** The id and the size of an element, in eight bytes; without a size, it is unknown. */
function start(element: number, size?: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE((1n << 56n) + (size === undefined ? (1n << 56n) - 1n : BigInt(size)));
  const digits = element.toString(16);
  return Buffer.concat([Buffer.from(digits, 'hex'), bytes]);
}

function unexpected(element: number): MvsError {
  return new MvsError(
    'EXTRACTOR_FAILED',
    `ffmpeg wrote a packet in another form (0x${element.toString(16)})`,
  );
}
