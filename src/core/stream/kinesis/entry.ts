import { createHash } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import type { PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';
import { MvsError } from '../../base/errors.js';
import { weightOf } from '../message.js';
import { encodeEnvelope } from '../envelope.js';
import type { OutgoingMessage } from '../port.js';
import { maxRecordKiB } from './streams.js';

/** A message as Kinesis takes it. */
export interface Entry extends PutRecordsRequestEntry {
  readonly Data: Uint8Array;
  readonly PartitionKey: string;
}

const maxKeyLength = 256;

/** @throws MvsError USAGE where it has more than `limit` bytes */
export function toEntry(message: OutgoingMessage, topic: string, limit: number): Entry {
  const entry = { Data: encodeEnvelope(message), PartitionKey: partitionKeyOf(message) };
  if (sizeOf(entry) <= limit) return entry;
  throw tooLarge(message, topic, limit);
}

export function sizeOf({ Data, PartitionKey }: Entry): number {
  return Data.byteLength + Buffer.byteLength(PartitionKey);
}

/** The key where it can be one, else its hash: partition keys are text of limited length, and not empty. */
function partitionKeyOf({ key }: OutgoingMessage): string {
  const bytes = key ?? new Uint8Array();
  const text = isUtf8(bytes) ? Buffer.from(bytes).toString() : '';
  return text.length > 0 && text.length <= maxKeyLength
    ? text
    : createHash('sha256').update(bytes).digest('hex');
}

function tooLarge(message: OutgoingMessage, topic: string, limit: number): MvsError {
  const bytes = weightOf(message);
  return new MvsError(
    'USAGE',
    `a frame of ${bytes} bytes is larger than the stream ${topic} allows (${limit} bytes a record, with key and headers)`,
    {
      hint: `Publish smaller frames with --width or --quality, or let the stream take larger ones, up to ${maxRecordKiB} KiB: aws kinesis update-max-record-size, or topic:create --config MaxRecordSizeInKiB=N.`,
    },
  );
}
