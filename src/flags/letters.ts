import { Flags } from '@oclif/core';
import { isWhole, type LetterFilter } from '../core/operate/letter-filter.js';
import { parseDuration } from '../core/base/duration.js';
import { MvsError } from '../core/base/errors.js';
import { forceFlags } from './force.js';
import type { Infer } from './infer.js';
import { parsePast } from './reset.js';

const helpGroup = 'FILTER';

/** Which dead letters are meant; several filters mean letters that match all of them. */
export const letterFlags = {
  video: Flags.string({ helpGroup, description: 'only dead letters of this video', helpValue: 'NAME' }),
  reason: Flags.string({
    helpGroup,
    description: 'only those whose reason contains this text, in any case',
    helpValue: 'TEXT',
  }),
  group: Flags.string({
    helpGroup,
    description: 'only those that this consumer group rejected; letters of older versions name none',
    helpValue: 'NAME',
  }),
  since: Flags.custom<Date>({
    helpGroup,
    description: 'only those dead-lettered at this time or later, or this long ago at most: 2026-03-01, 2h',
    helpValue: 'TIME',
    parse: (input) => Promise.resolve(parsePast(input)),
  })(),
  'older-than': Flags.custom<number>({
    helpGroup,
    description: 'only those dead-lettered longer ago than this: 90m, 7d',
    helpValue: 'DURATION',
    parse: (input) => Promise.resolve(parseAge(input)),
  })(),
};

/** Which letters are given up: `--all`, or some. */
export const discardFlags = {
  all: Flags.boolean({ description: 'all open dead letters' }),
  force: { ...forceFlags.force, aliases: ['yes'], charAliases: ['y' as const] },
  ...letterFlags,
};

/** @throws MvsError USAGE if neither some letters nor all are named */
export function discardedOf(flags: Infer<typeof discardFlags>, ids: readonly string[]): LetterFilter {
  const filter = { ...filterOf(flags, ids), open: true };
  if (!isWhole(filter) || flags.all) return filter;
  throw new MvsError('USAGE', 'name the dead letters to discard', {
    hint: 'Give their origins, a filter such as --video or --older-than, or --all.',
  });
}

/** @param ids as "mvs dlq:list" shows them; none means any */
export function filterOf(flags: Infer<typeof letterFlags>, ids: readonly string[] = []): LetterFilter {
  const { video, reason, group, since, 'older-than': age } = flags;
  return {
    ...{ video, reason, group, since },
    until: age === undefined ? undefined : new Date(Date.now() - age),
    ids: ids.length === 0 ? undefined : ids,
  };
}

function parseAge(text: string): number {
  const age = parseDuration(text);
  if (age !== undefined) return age;
  throw new MvsError('USAGE', `${JSON.stringify(text)} is not a duration`, {
    hint: 'Give a number with s, m, h, d or w: --older-than 7d.',
  });
}
