import { randomBytes } from 'node:crypto';
import { expect, it, vi } from 'vitest';
import { internalModule, replaceModule } from '../../../src/core/stream/kafka/internals/kafkajs.js';

type Checksum = (bytes: Buffer) => number;

const path = 'protocol/recordBatch/crc32C/index.js';

/** The fastest of several runs: others use this machine too. */
function bestMs(checksum: Checksum, bytes: Buffer): number {
  const times = Array.from({ length: 7 }, () => {
    const start = performance.now();
    checksum(bytes);
    return performance.now() - start;
  });
  return Math.min(...times);
}

it('kafkajs would compute checksums slowly, and takes the native function from us', async () => {
  const slow = internalModule(path) as Checksum;
  await import('../../../src/core/stream/kafka/internals/fast-checksum.js');
  const fast = internalModule(path) as Checksum;
  const bytes = randomBytes(1 << 20);
  expect(fast(bytes)).toBe(slow(bytes));
  expect(bestMs(slow, bytes)).toBeGreaterThan(3 * bestMs(fast, bytes));

  const counted = vi.fn(fast);
  replaceModule(path, counted);
  const { RecordBatch } = internalModule('protocol/recordBatch/v0/index.js') as {
    RecordBatch: (options: object) => Promise<unknown>;
  };
  await RecordBatch({});
  expect(counted).toHaveBeenCalledOnce();
});
