import { crc32c } from '@node-rs/crc32';

/** A message as kafkajs passes it on. */
export interface KafkaRecord {
  readonly key?: Content;
  readonly value?: Content;
  /** In ms since 1970. */
  readonly timestamp?: string | number | null;
  readonly headers?: Readonly<Record<string, Content | readonly Content[]>>;
}
type Content = Buffer | string | null | undefined;

export interface Batch {
  readonly records: readonly KafkaRecord[];
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly firstSequence: number;
  readonly isTransactional: boolean;
  readonly compression: number;
  /** Compresses the records, if `compression` says so. */
  readonly compress?: ((records: Buffer) => Promise<Buffer>) | undefined;
}

/** Up to the records. The checksum covers everything behind it. */
const headBytes = 61;
const checksumAt = 17;
const checkedFrom = 21;
const magic = 2;
const transactional = 1 << 4;

/**
 * A record batch (Kafka's format 2, https://kafka.apache.org/documentation/#recordbatch) in pieces: values are not copied, everything
 * else is written once.
 */
export async function recordBatch(batch: Batch): Promise<Buffer[]> {
  const now = Date.now();
  const times = batch.records.map(({ timestamp }) => Number(timestamp ?? now));
  const [first, last] = [
    times.reduce((a, b) => Math.min(a, b), times[0] ?? now),
    times.reduce((a, b) => Math.max(a, b), times[0] ?? now),
  ];
  const records = batch.records.flatMap((record, n) => encodeRecord(record, n, (times[n] ?? first) - first));
  const packed = batch.compress ? [await batch.compress(Buffer.concat(records))] : records;
  const head = Buffer.allocUnsafe(headBytes);
  // The offset of the first record, and behind the length the epoch of the leader: the broker sets both.
  head.writeBigInt64BE(0n, 0);
  head.writeInt32BE(lengthOf(packed) + headBytes - 12, 8);
  head.writeInt32BE(0, 12);
  head.writeInt8(magic, 16);
  head.writeInt16BE(batch.compression | (batch.isTransactional ? transactional : 0), checkedFrom);
  head.writeInt32BE(batch.records.length - 1, 23);
  head.writeBigInt64BE(BigInt(first), 27);
  head.writeBigInt64BE(BigInt(last), 35);
  head.writeBigInt64BE(batch.producerId, 43);
  head.writeInt16BE(batch.producerEpoch, 51);
  head.writeInt32BE(batch.firstSequence, 53);
  head.writeInt32BE(batch.records.length, 57);
  const checksum = packed.reduce((sum, piece) => crc32c(piece, sum), crc32c(head.subarray(checkedFrom)));
  head.writeUInt32BE(checksum, checksumAt);
  return [head, ...packed];
}

export function lengthOf(pieces: readonly Buffer[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

/** What comes before the value, the value, and the headers behind it. */
function encodeRecord(
  { key, value, headers = {} }: KafkaRecord,
  offsetDelta: number,
  timeDelta: number,
): Buffer[] {
  const [keyBytes, valueBytes] = [bytesOf(key), bytesOf(value)];
  const pairs = Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((each) => [Buffer.from(name), bytesOf(each)] as const),
  );
  const tail = new Writer(
    varintSize(pairs.length) + pairs.reduce((sum, [name, bytes]) => sum + sized(name) + sized(bytes), 0),
  );
  tail.varint(pairs.length);
  for (const [name, bytes] of pairs) tail.sized(name).sized(bytes);
  const size =
    1 + varintSize(timeDelta) + varintSize(offsetDelta) + sized(keyBytes) + sized(valueBytes) + tail.length;
  const valueLength = valueBytes?.length ?? 0;
  const head = new Writer(varintSize(size) + size - valueLength - tail.length);
  // The zero is for attributes, which records do not have.
  head.varint(size).varint(0).varint(timeDelta).varint(offsetDelta).sized(keyBytes);
  head.varint(valueBytes?.length ?? -1);
  return valueBytes === null ? [head.bytes, tail.bytes] : [head.bytes, valueBytes, tail.bytes];
}

function bytesOf(content: Content): Buffer | null {
  return typeof content === 'string' ? Buffer.from(content) : (content ?? null);
}

/** Of bytes behind their length; null has the length -1. */
function sized(bytes: Buffer | null): number {
  return bytes === null ? varintSize(-1) : varintSize(bytes.length) + bytes.length;
}

/** Varints are signed: 0, -1, 1, -2 … are written as 0, 1, 2, 3 … */
function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = zigzag(value); rest >= 128; rest = Math.floor(rest / 128)) size += 1;
  return size;
}

/** Writes into bytes of a known number. */
class Writer {
  readonly bytes: Buffer;
  #at = 0;

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafe(size);
  }

  get length(): number {
    return this.bytes.length;
  }

  varint(value: number): this {
    let rest = zigzag(value);
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.bytes[this.#at++] = (rest % 128) | 128;
    this.bytes[this.#at++] = rest;
    return this;
  }

  sized(bytes: Buffer | null): this {
    this.varint(bytes?.length ?? -1);
    if (bytes) this.#at += bytes.copy(this.bytes, this.#at);
    return this;
  }
}
