import { randomBytes } from 'node:crypto';
import { CompressionTypes, type Message } from 'kafkajs';
import { expect, it, vi } from 'vitest';
import { internalModule } from '../../../src/core/stream/kafka/internals/kafkajs.js';

type Produce = (options: object) => { encode: () => Promise<object> };
type Encode = (of: object) => Promise<{ buffer: Buffer }>;

/** Loads what kafkajs would use. It loads the module of version 3 last, which all versions use. */
const modules = () => ({
  encode: internalModule('protocol/request.js') as Encode,
  produce: internalModule('protocol/requests/produce/v3/request.js') as Produce,
});

function bytesOf({ encode, produce }: ReturnType<typeof modules>, options: object): Promise<Buffer> {
  return encode({ correlationId: 7, clientId: 'mvs', request: produce(options) }).then(
    // As its connection does: for the log, and to send it.
    (payload) => (payload.buffer.length > 0 ? payload.buffer : Buffer.of()),
  );
}

const timestamp = '1795987200000';
const message = (key: string | null, value: Buffer | null, headers: Message['headers'] = {}): Message => ({
  ...{ key, value, headers, timestamp },
});
const identity = { producerId: '4321', producerEpoch: 5 };
const request = (messages: Message[], more: object = {}) => ({
  ...{ acks: -1, timeout: 30_000, compression: CompressionTypes.None, ...identity },
  topicData: [{ topic: 'films', partitions: [{ partition: 2, firstSequence: 99, messages }] }],
  ...more,
});

/** Lengths around those where a varint gets longer, and all that may be missing. */
const lengths = [0, 1, 63, 64, 8191, 8192, 70_000].map((length) => message('k', randomBytes(length)));
const cases: [string, object][] = [
  ['values of any length', request(lengths)],
  ['no key and no value', request([message(null, null), message('', Buffer.alloc(0))])],
  [
    'headers, several of one name, and texts',
    request([
      message('é', Buffer.from('v'), {
        a: Buffer.from('1'),
        b: [Buffer.from('2'), Buffer.from('')],
        ü: 'text',
      }),
    ]),
  ],
  [
    'different times',
    request(
      [0, 5, 70, 9_000].map((ms) => ({ ...message('k', null), timestamp: `${Number(timestamp) + ms}` })),
    ),
  ],
  ['more records than a byte counts', request(Array.from({ length: 300 }, () => message('k', null)))],
  ['gzip', request(lengths, { compression: CompressionTypes.GZIP })],
  ['a transaction', request(lengths, { transactionalId: 't' })],
  ['no identity', request(lengths, { producerId: undefined, producerEpoch: undefined })],
];

/** Bytes that are allocated for buffers, those of small pieces aside. (`concat` allocates with `allocUnsafe`.) */
async function allocated(work: () => Promise<Buffer>): Promise<number> {
  const spies = [vi.spyOn(Buffer, 'alloc'), vi.spyOn(Buffer, 'allocUnsafe')];
  await work();
  const sizes = spies.flatMap((spy) => spy.mock.results.map(({ value }) => (value as Buffer).length));
  for (const spy of spies) spy.mockRestore();
  return sizes.filter((size) => size > 4096).reduce((sum, size) => sum + size, 0);
}

it('kafkajs copies what it publishes again and again; the patch copies it once, and the bytes are the same', async () => {
  const own = modules();
  const before = await Promise.all(cases.map(([, options]) => bytesOf(own, options)));
  const large = request(Array.from({ length: 6 }, () => message('k', Buffer.alloc(100_000))));
  expect(await allocated(() => bytesOf(own, large))).toBeGreaterThan(5 * 600_000);

  await import('../../../src/core/stream/kafka/internals/produce-request.js');
  const patched = modules();
  for (const [n, [name, options]] of cases.entries())
    expect((await bytesOf(patched, options)).equals(before[n] ?? Buffer.alloc(0)), name).toBe(true);
  expect(await allocated(() => bytesOf(patched, large))).toBeLessThan(1.1 * 600_000);

  // The versions that brokers ask for are made from this one.
  const { versions, protocol } = internalModule('protocol/requests/produce/index.js') as {
    versions: string[];
    protocol: (of: { version: number }) => (options: object) => { request: ReturnType<Produce> };
  };
  expect(versions.at(-1)).toBe('7');
  const { request: newest } = protocol({ version: 7 })(large);
  expect(await newest.encode()).toHaveProperty('pieces');
});
