import { Flags } from '@oclif/core';
import { parsePosition } from '../core/answers/filter.js';
import { isFiltered, type Question } from '../core/answers/ask.js';
import { MvsError } from '../core/base/errors.js';
import type { FrameOrder, Position } from '../core/store/port.js';

const helpGroup = 'FILTER';
export const answerFormats = ['table', 'json', 'ndjson', 'csv'] as const;
/** A table needs all its rows at once to be aligned, and more of them are no use to a reader. */
const maxTableFrames = 1000;

const position = Flags.custom<Position>({
  helpGroup,
  helpValue: 'POSITION',
  parse: (input) => Promise.resolve(parsePosition(input)),
});

export const askingFlags = {
  frames: Flags.boolean({ description: 'the record of each frame' }),
  label: Flags.string({
    helpGroup,
    description: 'frames with this text in their label, whatever the case: "tabby" finds "tabby, tabby cat"',
    helpValue: 'TEXT',
    parse: (input) => Promise.resolve(notEmpty(input)),
  }),
  'min-confidence': Flags.custom<number>({
    helpGroup,
    description: 'frames with at least this confidence',
    helpValue: '0..1',
    parse: (input) => Promise.resolve(parseFraction(input)),
  })(),
  from: position({
    description: 'frames from here on: a time as 83, 83s, 1:23 or 1:02:03.5, or a frame as 120f',
  }),
  to: position({ description: 'frames up to here, and this one too' }),
  sort: Flags.custom<FrameOrder>({
    description:
      'order of the frames: frame, time, confidence or label; descending with - before it [default: frame]',
    helpValue: '[-]FIELD',
    parse: (input) => Promise.resolve(parseOrder(input)),
  })(),
  limit: Flags.integer({
    description: `show so many frames, segments or videos at most [default: 10 segments, ${maxTableFrames} frames in a table]`,
    helpValue: 'N',
    min: 1,
  }),
  'top-k': Flags.integer({
    description: 'show the K best predictions of each frame, where "mvs consume --top-k" stored them',
    helpValue: 'K',
    min: 1,
  }),
  format: Flags.option({
    description:
      'table for people; json as --json; ndjson and csv for programs: a frame a line, written as they are read',
    options: answerFormats,
    default: 'table' as const,
    exclusive: ['json'],
  })(),
};

interface Asked {
  readonly frames: boolean;
  readonly label?: string | undefined;
  readonly 'min-confidence'?: number | undefined;
  readonly from?: Position | undefined;
  readonly to?: Position | undefined;
  readonly sort?: FrameOrder | undefined;
  readonly limit?: number | undefined;
  readonly 'top-k'?: number | undefined;
}

/** @throws MvsError USAGE where the flags ask for too much at once */
export function questionOf(
  flags: Asked,
  video: string | undefined,
  format: (typeof answerFormats)[number],
): Question {
  const { label, from, to, sort, limit, 'min-confidence': minConfidence, 'top-k': topK } = flags;
  const filtered = isFiltered({ label, minConfidence, from, to });
  const streamed = format === 'ndjson' || format === 'csv';
  const perFrame = flags.frames || sort !== undefined || topK !== undefined;
  if (video === undefined && perFrame && !filtered && !streamed) {
    throw new MvsError('USAGE', 'the frames of all videos are too many to list', {
      hint: 'Name a video, as in "mvs query VIDEO --frames", filter with --label, --from or others, or take --format csv.',
    });
  }
  if (video === undefined && sort && limit === undefined) {
    throw new MvsError('USAGE', '--sort over all videos needs to know how many frames to keep', {
      hint: 'Add --limit, or name a video.',
    });
  }
  const frames = perFrame || (filtered && video !== undefined);
  const maxFrames = limit ?? (frames && format === 'table' ? maxTableFrames : undefined);
  return {
    ...(video === undefined ? {} : { video }),
    frames,
    maxSegments: limit ?? (format === 'table' ? 10 : 1000),
    ...(label === undefined ? {} : { label }),
    ...(minConfidence === undefined ? {} : { minConfidence }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(sort === undefined ? {} : { order: sort }),
    ...(maxFrames === undefined ? {} : { limit: maxFrames }),
    ...(topK === undefined ? {} : { topK }),
  };
}

function notEmpty(text: string): string {
  if (text.trim() !== '') return text;
  throw new MvsError('USAGE', 'the label to look for is empty', {
    hint: 'Give some text of it: --label tabby.',
  });
}

function parseFraction(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new MvsError('USAGE', `${JSON.stringify(text)} is not a confidence`, {
    hint: 'Give a number from 0 to 1: --min-confidence 0.5.',
  });
}

function parseOrder(text: string): FrameOrder {
  const [, minus, field] = /^(-?)(frame|time|confidence|label)$/.exec(text) ?? [];
  if (field !== undefined) return { by: field as FrameOrder['by'], descending: minus === '-' };
  throw new MvsError('USAGE', `cannot sort by ${JSON.stringify(text)}`, {
    hint: 'Sort by frame, time, confidence or label; --sort=-confidence puts the surest first.',
  });
}
