import { describe, expect, it } from 'vitest';
import { PartitionProgress } from '../../../src/core/stream/progress.js';

function tracking(...offsets: bigint[]): PartitionProgress {
  const progress = new PartitionProgress();
  for (const offset of offsets) progress.track(offset);
  return progress;
}

describe('the position of a partition', () => {
  it('stays before the first message that is not settled, whatever the order', () => {
    const progress = tracking(10n, 11n, 12n, 13n);
    progress.settle(13n);
    progress.settle(11n);
    expect(progress.position).toBe(10n);
    progress.settle(10n);
    expect(progress.position).toBe(12n);
    progress.settle(12n);
    expect(progress.position).toBe(14n);
  });

  it('jumps gaps that compaction left', () => {
    const progress = tracking(1n, 5n, 9n);
    progress.settle(1n);
    expect(progress.position).toBe(5n);
    progress.settle(5n);
    expect(progress.position).toBe(9n);
  });

  it('is unknown before the first message', () => {
    expect(new PartitionProgress().position).toBeUndefined();
  });

  it('ignores what was never handed out, and what is settled twice', () => {
    const progress = tracking(1n, 2n);
    progress.settle(7n);
    progress.settle(1n);
    progress.settle(1n);
    expect(progress.position).toBe(2n);
  });

  it('goes on to the end of what was read when the last message is settled, and not before', () => {
    const progress = tracking(5n, 6n);
    progress.extend(8n);
    progress.settle(6n);
    expect(progress.position).toBe(5n);
    progress.settle(5n);
    expect(progress.position).toBe(8n);
    progress.extend(10n);
    expect(progress.position).toBe(10n);
  });

  it('falls back to where the client reads again', () => {
    const progress = tracking(200n, 201n);
    progress.settle(200n);
    progress.track(150n);
    progress.track(151n);
    progress.settle(201n);
    expect(progress.position).toBe(150n);
  });
});
