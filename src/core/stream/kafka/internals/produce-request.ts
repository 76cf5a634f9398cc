import { internalModule, replaceModule } from './kafkajs.js';
import { lengthOf, recordBatch, type KafkaRecord } from './record-batch.js';

/** kafkajs' writer of requests and their parts. */
interface Encoder {
  writeString(text: string | null): this;
  writeInt16(value: number): this;
  writeInt32(value: number): this;
  writeEncoder(part: Encoder): this;
  size(): number;
  readonly buffer: Buffer;
  /** Where it has written up to `offset`. */
  readonly buf: Buffer;
  readonly offset: number;
  /** What it has instead of a buffer of its own, until one is asked for. Nothing may be written after it. */
  pieces?: readonly Buffer[];
}

interface Request {
  readonly encode: () => Promise<Encoder>;
}

interface Produce {
  readonly acks: number;
  readonly timeout: number;
  readonly transactionalId?: string | null;
  readonly producerId?: { toString(): string };
  readonly producerEpoch?: number;
  readonly compression?: number;
  readonly topicData: readonly { readonly topic: string; readonly partitions: readonly Partition[] }[];
}

interface Partition {
  readonly partition: number;
  readonly firstSequence?: number;
  readonly messages: readonly KafkaRecord[];
}

const Encoder = internalModule('protocol/encoder.js') as (new () => Encoder) & {
  readonly prototype: Encoder;
};
const { lookupCodec } = internalModule('protocol/message/compression/index.js') as {
  lookupCodec: (type: number) => { compress: (of: { buffer: Buffer }) => Promise<Buffer> } | null;
};
const path = 'protocol/requests/produce/v3/request.js';
const produceRequest = internalModule(path) as (of: Produce) => Request;

/**
 * kafkajs copies what it publishes nine times, into buffers that it fills with zeros before: for each record, batch, partition, topic and
 * request, and whenever a buffer grows. That was most of a producer's own CPU time. This writes records once, and joins the request when
 * it is sent. kafkajs has one module for each version of the request; the later ones use that of version 3, when something is published.
 */
replaceModule(path, (produce: Produce): Request => ({
  ...produceRequest(produce),
  encode: async () => Object.assign(new Encoder(), { pieces: await encode(produce) }),
}));

const { prototype } = Encoder;
const writeEncoder = Reflect.get<Encoder, 'writeEncoder'>(prototype, 'writeEncoder');
prototype.writeEncoder = function (this: Encoder, part) {
  if (!part.pieces) return writeEncoder.call(this, part);
  this.pieces = [this.buffer, ...part.pieces];
  return this;
};
prototype.size = function (this: Encoder) {
  return this.pieces ? lengthOf(this.pieces) : this.offset;
};
Object.defineProperty(prototype, 'buffer', {
  get(this: Encoder): Buffer {
    if (!this.pieces) return this.buf.subarray(0, this.offset);
    // kafkajs asks twice: for the size in its log, and to write it.
    const [only, ...others] = this.pieces;
    if (only && others.length === 0) return only;
    const joined = Buffer.concat(this.pieces);
    this.pieces = [joined];
    return joined;
  },
});

async function encode(produce: Produce): Promise<Buffer[]> {
  const { acks, timeout, transactionalId = null, topicData } = produce;
  const head = new Encoder().writeString(transactionalId).writeInt16(acks).writeInt32(timeout);
  const pieces = [head.writeInt32(topicData.length).buffer];
  for (const { topic, partitions } of topicData) {
    pieces.push(new Encoder().writeString(topic).writeInt32(partitions.length).buffer);
    for (const each of partitions) {
      const batch = await batchOf(each, produce);
      pieces.push(new Encoder().writeInt32(each.partition).writeInt32(lengthOf(batch)).buffer, ...batch);
    }
  }
  return pieces;
}

function batchOf({ messages, firstSequence = 0 }: Partition, produce: Produce): Promise<Buffer[]> {
  const { transactionalId, producerId = -1, producerEpoch = 0, compression = 0 } = produce;
  const codec = lookupCodec(compression);
  return recordBatch({
    records: messages,
    producerId: BigInt(producerId.toString()),
    ...{ producerEpoch, firstSequence, compression, isTransactional: Boolean(transactionalId) },
    compress: codec ? (buffer) => codec.compress({ buffer }) : undefined,
  });
}
