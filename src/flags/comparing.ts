import { Flags } from '@oclif/core';
import { MvsError } from '../core/base/errors.js';
import type { Infer } from './infer.js';

const formats = ['table', 'json', 'ndjson', 'csv'] as const;

export const comparingFlags = {
  frames: Flags.boolean({
    description: 'show the frames with another label, those first of which both versions are most certain',
  }),
  limit: Flags.integer({
    description:
      'show at most this many label changes, segments and frames [default: 10 in a table, 1000 in JSON, all in ndjson and csv]',
    helpValue: 'N',
    min: 1,
  }),
  'max-changes': Flags.custom<number>({
    description: 'exit with 1 if more than P percent of the compared frames have another label, for CI',
    helpValue: 'P',
    parse: (input) => Promise.resolve(parsePercent(input)),
  })(),
  format: Flags.option({
    char: 'o',
    description:
      'table for people; json is the same as --json; ndjson and csv write one frame per line, as they are read',
    options: formats,
    default: 'table' as const,
    exclusive: ['json'],
  })(),
};

/** The most label changes, segments and frames to show. */
export function limitOf({ limit }: Infer<typeof comparingFlags>, format: (typeof formats)[number]): number {
  if (limit !== undefined) return limit;
  return { table: 10, json: 1000, ndjson: Infinity, csv: Infinity }[format];
}

function parsePercent(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 100) return value;
  throw new MvsError('USAGE', `${JSON.stringify(text)} is not a percentage`, {
    hint: 'Give a number from 0 to 100: --max-changes 2.5.',
  });
}
