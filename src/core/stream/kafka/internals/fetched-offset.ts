import type { Batch } from 'kafkajs';

/**
 * The offset that a batch was asked for, which is that of its first message or lower. kafkajs keeps it in each batch, and its types do not
 * mention it.
 */
export function fetchedOffsetOf(batch: Batch): bigint {
  if (!('fetchedOffset' in batch)) throw new Error('this version of kafkajs does not say what was fetched');
  return BigInt(String(batch.fetchedOffset));
}
