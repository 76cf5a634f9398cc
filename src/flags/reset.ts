import { Flags } from '@oclif/core';
import { parseDuration } from '../core/base/duration.js';
import { MvsError } from '../core/base/errors.js';
import type { Reset, ResetTarget } from '../core/stream/admin-port.js';
import { streamOf, type GroupFlags, type TopicFlags } from './connections.js';
import type { Infer } from './infer.js';

export const resetFlags = {
  to: Flags.custom<ResetTarget>({
    description:
      'earliest, latest, an offset, a time (ISO 8601, local unless it has a time zone), or a duration ago (90s, 30m, 2h, 7d)',
    helpValue: 'earliest|latest|TIME|OFFSET',
    required: true,
    parse: (input) => Promise.resolve(parseTarget(input, new Date())),
  })(),
  partition: Flags.integer({
    description: 'reset this partition only; can be repeated [default: all partitions]',
    helpValue: 'N',
    min: 0,
    multiple: true,
    multipleNonGreedy: true,
  }),
  'dry-run': Flags.boolean({
    description: 'show what would change without changing anything',
    default: false,
  }),
};

export function resetOf(flags: Infer<typeof resetFlags> & TopicFlags & GroupFlags): Reset {
  const { group, to, partition: partitions } = flags;
  return { topic: streamOf(flags).topic, group, to, partitions };
}

const date = /^\d{4}-\d\d-\d\d$/;
const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/i;

/** @throws MvsError USAGE */
export function parseTarget(input: string, now: Date): ResetTarget {
  if (input === 'earliest' || input === 'latest') return input;
  if (/^\d{1,18}$/.test(input)) return { offset: BigInt(input) };
  const time = timeOf(input, now);
  if (time === undefined || Number.isNaN(time.getTime())) {
    throw new MvsError('USAGE', `${JSON.stringify(input)} is not a position in a topic`, {
      hint: 'Give earliest, latest, an offset such as 1200, a time such as 2026-03-01T08:00:00Z, or a duration ago such as 2h.',
    });
  }
  if (time > now) {
    throw new MvsError('USAGE', `${input} is in the future`, {
      hint: 'Use --to latest to continue with the next message.',
    });
  }
  return { time };
}

/** A time, or a duration ago. @throws MvsError USAGE */
export function parsePast(input: string): Date {
  const time = timeOf(input, new Date());
  if (time !== undefined && !Number.isNaN(time.getTime())) return time;
  throw new MvsError('USAGE', `${JSON.stringify(input)} is not a time`, {
    hint: 'Give a time such as 2026-03-01T08:00:00Z, or a duration ago such as 2h.',
  });
}

function timeOf(input: string, now: Date): Date | undefined {
  const ago = parseDuration(input);
  if (ago !== undefined) return new Date(now.getTime() - ago);
  // JavaScript reads a bare date as UTC, and a date with a time as local.
  if (date.test(input)) return new Date(`${input}T00:00`);
  return dateTime.test(input) ? new Date(input) : undefined;
}
