import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateStreamCommand,
  IncreaseStreamRetentionPeriodCommand,
  LimitExceededException,
  ResourceInUseException,
  type KinesisClient,
} from '@aws-sdk/client-kinesis';
import { messageOf, MvsError } from '../../base/errors.js';
import { ifThere } from '../if-there.js';
import type { TopicSpec } from '../port.js';
import { attempt, kinesisError } from './client.js';
import { describe, maxRecordKiB, minRecordKiB } from './streams.js';

const hourMs = 3_600_000;
/** What Kinesis keeps messages for at least, and at most. */
const [minHours, maxHours] = [24, 365 * 24];
/** Kinesis answers 20 descriptions a second. */
const activePollMs = 250;
const activeTimeoutMs = 120_000;
/** Of the account, as against one of requests that come too fast: that passes, this does not. */
const accountLimit = /shard limit|limit for the account/i;
/** The setting of a stream that `--config` may give, in Kinesis' own word. */
const sizeSetting = 'MaxRecordSizeInKiB';

/**
 * Creates a stream with provisioned shards, and waits until it takes records; where one of this name is being deleted, until
 * that is gone. @returns false where it exists already.
 */
export async function createStream(client: KinesisClient, topic: string, spec: TopicSpec): Promise<boolean> {
  const hours = hoursOf(spec.retentionMs);
  const size = sizeOf(spec.settings ?? new Map<string, string>());
  let created = false as boolean;
  await until(topic, async () => {
    const status = (await ifThere(describe(client, topic)))?.status;
    // A stream that is there needs no right to create one.
    if (status === undefined && !created) created = await create(client, topic, spec.partitions, size);
    return status === 'ACTIVE' || status === 'UPDATING';
  });
  if (!created) return false;
  if (hours > minHours) {
    const more = { StreamName: topic, RetentionPeriodHours: hours };
    await attempt(`setting how long ${topic} keeps messages`, topic, () =>
      client.send(new IncreaseStreamRetentionPeriodCommand(more)),
    );
  }
  return true;
}

async function create(
  client: KinesisClient,
  topic: string,
  shards: number,
  size: number | undefined,
): Promise<boolean> {
  const settings = size === undefined ? {} : { [sizeSetting]: size };
  try {
    await client.send(new CreateStreamCommand({ StreamName: topic, ShardCount: shards, ...settings }));
    return true;
  } catch (error) {
    if (error instanceof ResourceInUseException) return false;
    if (error instanceof LimitExceededException && accountLimit.test(error.message)) {
      throw new MvsError(
        'USAGE',
        `the stream ${topic} would exceed the quota of this account: ${error.message}`,
        {
          cause: error,
          hint: 'Delete streams that are no longer needed, or ask AWS for a higher quota of shards ("Service Quotas" in the console).',
        },
      );
    }
    throw kinesisError(error, `creating the stream ${topic}`, topic);
  }
}

/** @throws MvsError BROKER_UNAVAILABLE where it takes minutes */
async function until(topic: string, isThere: () => Promise<boolean>): Promise<void> {
  let cause: unknown;
  for (const deadline = Date.now() + activeTimeoutMs; Date.now() < deadline;) {
    try {
      if (await isThere()) return;
    } catch (error) {
      if (!(error instanceof MvsError && error.retriable)) throw error;
      cause = error;
    }
    await sleep(activePollMs);
  }
  const reason = cause === undefined ? '' : `: ${messageOf(cause)}`;
  const message = `the stream ${topic} is not ready after ${activeTimeoutMs / 1000} s${reason}`;
  throw new MvsError('BROKER_UNAVAILABLE', message, { cause, retriable: true });
}

function hoursOf(retentionMs = minHours * hourMs): number {
  const hours = Math.ceil(retentionMs / hourMs);
  if (hours >= minHours && hours <= maxHours) return hours;
  throw new MvsError('USAGE', 'Kinesis keeps messages for 24 hours at least and 365 days at most', {
    hint: 'Give --retention from 24h to 365d.',
  });
}

function sizeOf(settings: ReadonlyMap<string, string>): number | undefined {
  const other = [...settings.keys()].find((name) => name !== sizeSetting);
  const value = settings.get(sizeSetting);
  const size = Number(value);
  if (other === undefined && value === undefined) return undefined;
  if (other === undefined && size >= minRecordKiB && size <= maxRecordKiB) return size;
  throw new MvsError(
    'USAGE',
    `a stream of Kinesis has no setting ${other ?? `${sizeSetting}=${String(value)}`}`,
    {
      hint: `There is --config ${sizeSetting}=N, with N from ${minRecordKiB} to ${maxRecordKiB}.`,
    },
  );
}
