import { Flags } from '@oclif/core';
import { parsePosition } from '../core/answers/filter.js';
import { isFiltered, type Question } from '../core/answers/ask.js';
import { MvsError } from '../core/base/errors.js';
import { objectFlags, objectsOf } from './objects.js';
import { rankOf, wordFlags, wordsOf } from './words.js';
import type { FrameFilter, FrameOrder, Position } from '../core/store/port.js';
import type { Infer } from './infer.js';

const helpGroup = 'FILTER';
const answerFormats = ['table', 'json', 'ndjson', 'csv', 'parquet', 'coco'] as const;
/** A table needs all its rows at once for its alignment, and more rows are no use to a reader. */
const maxTableFrames = 1000;

const position = Flags.custom<Position>({
  helpGroup,
  helpValue: 'POSITION',
  parse: (input) => Promise.resolve(parsePosition(input)),
});

export const askingFlags = {
  frames: Flags.boolean({ description: 'show the record of each frame' }),
  ...wordFlags,
  'min-confidence': Flags.custom<number>({
    helpGroup,
    description: 'frames with at least this confidence',
    helpValue: '0..1',
    parse: (input) => Promise.resolve(parseFraction(input)),
  })(),
  ...objectFlags,
  from: position({
    description: 'frames from this position on: a time (83, 83s, 1:23 or 1:02:03.5) or a frame (120f)',
  }),
  to: position({ description: 'frames up to this position, inclusive' }),
  sort: Flags.custom<FrameOrder>({
    description:
      'order of the frames: frame, time, confidence or label; a leading - sorts in descending order [default: frame]',
    helpValue: '[-]FIELD',
    parse: (input) => Promise.resolve(parseOrder(input)),
  })(),
  level: Flags.integer({
    description: 'group the summary by concept: 1 for coarse groups (dog, furniture), 2 for finer ones',
    helpValue: 'N',
    min: 1,
    max: 20,
  }),
  limit: Flags.integer({
    description: `show at most this many frames, segments or videos [default: 10 segments, ${maxTableFrames} frames in a table]`,
    helpValue: 'N',
    min: 1,
  }),
  'top-k': Flags.integer({
    description: 'show the K best predictions of each frame, if "mvs consume --top-k" stored them',
    helpValue: 'K',
    min: 1,
  }),
  objects: Flags.boolean({
    description:
      'with --format ndjson, csv or parquet: one row for each object that a detector found and that fits the filter, with its box',
  }),
  format: Flags.option({
    char: 'o',
    description:
      'table for people; json is the same as --json; ndjson and csv write one frame per line, parquet one per row, as they are read; coco is a dataset of the objects that a detector found',
    options: answerFormats,
    default: 'table' as const,
    exclusive: ['json'],
  })(),
};

/** @throws MvsError USAGE if the flags ask for too much at once */
export function questionOf(
  flags: Infer<typeof askingFlags>,
  video: string | undefined,
  format: (typeof answerFormats)[number],
): Question {
  const { sort, limit, level, rank } = flags;
  const { labels, notLabels } = wordsOf(flags);
  const filter = { ...filterOf(flags), ...rankOf(flags) };
  const filtered = labels.length > 0 || notLabels.length > 0 || isFiltered(filter);
  const streamed = format !== 'table' && format !== 'json';
  const perFrame = flags.frames || sort !== undefined || flags['top-k'] !== undefined;
  if (flags.objects && !streamed) {
    throw new MvsError('USAGE', '--objects needs --format ndjson, csv or parquet', {
      hint: 'Add --format csv. With --json, each frame has its objects.',
    });
  }
  if (format === 'coco' && flags['top-k'] !== undefined) {
    throw new MvsError('USAGE', '--format coco has objects, and no further predictions for --top-k', {
      hint: 'Remove --top-k.',
    });
  }
  if (level !== undefined && (perFrame || filtered || streamed)) {
    throw new MvsError('USAGE', '--level groups a summary, and cannot be combined with frames or filters', {
      hint: 'Remove --level, or ask for the summary of a video: "mvs query VIDEO --level 1".',
    });
  }
  if (video === undefined && perFrame && !filtered && !streamed && limit === undefined) {
    throw new MvsError('USAGE', 'the frames of all videos are too many to list', {
      hint: 'Name a video, as in "mvs query VIDEO --frames", add --limit or a filter such as --label, or use --format csv.',
    });
  }
  if (video === undefined && sort && limit === undefined) {
    throw new MvsError('USAGE', '--sort over all videos needs a number of frames', {
      hint: 'Add --limit, or name a video.',
    });
  }
  const frames = perFrame || (filtered && video !== undefined);
  // Otherwise a reader could not see why a frame matches.
  const topK = flags['top-k'] ?? ((frames || streamed) && rank !== undefined && rank > 1 ? rank : undefined);
  const maxFrames = limit ?? (frames && format === 'table' ? maxTableFrames : undefined);
  return {
    ...(video === undefined ? {} : { video }),
    frames,
    maxSegments: limit ?? (format === 'table' ? 10 : 1000),
    ...filter,
    ...(sort === undefined ? {} : { order: sort }),
    ...(maxFrames === undefined ? {} : { limit: maxFrames }),
    ...(topK === undefined ? {} : { topK }),
  };
}

/** What words do not say. @throws MvsError USAGE if no frame can match */
export function filterOf(
  flags: Pick<Infer<typeof askingFlags>, 'min-confidence' | 'min-count' | 'area' | 'from' | 'to'>,
): FrameFilter {
  const { 'min-confidence': minConfidence, from, to } = flags;
  mustBeInOrder(from, to);
  return {
    ...(minConfidence === undefined ? {} : { minConfidence }),
    ...objectsOf(flags),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

/** A time and a frame cannot be compared here: the frame rate differs between videos. */
function mustBeInOrder(from: Position | undefined, to: Position | undefined): void {
  if (!from || !to) return;
  const isAfter =
    'frame' in from ? 'frame' in to && from.frame > to.frame : !('frame' in to) && from.time > to.time;
  if (!isAfter) return;
  throw new MvsError('USAGE', '--from is after --to, so no frame can match', {
    hint: 'Swap them: --from is the earlier position.',
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
    hint: 'Sort by frame, time, confidence or label; --sort=-confidence shows the highest confidence first.',
  });
}
