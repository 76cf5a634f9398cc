import { Flags } from '@oclif/core';
import { isFiltered } from '../core/answers/ask.js';
import { parseDuration } from '../core/base/duration.js';
import { MvsError } from '../core/base/errors.js';
import type { ExportOptions } from '../core/export/export.js';
import { askingFlags, filterOf } from './asking.js';
import type { Infer } from './infer.js';
import { objectFlags } from './objects.js';
import { wordsOf } from './words.js';

const { label, 'not-label': notLabel, 'min-confidence': minConfidence, from, to } = askingFlags;

export const exportingFlags = {
  out: Flags.string({
    char: 'o',
    description: 'new or empty folder for the files and their manifest',
    helpValue: 'FOLDER',
    required: true,
  }),
  clips: Flags.boolean({
    description:
      'write clips that are cut from the source files without encoding them again, instead of pictures',
  }),
  pad: Flags.custom<number>({
    description:
      'time before and after the matching frames of a clip; clips that then overlap are merged [default: 2s]',
    helpValue: 'DURATION',
    parse: (input) => Promise.resolve(parsePad(input)),
    dependsOn: ['clips'],
  })(),
  boxes: Flags.boolean({
    description: 'draw the objects of a detector that fit the filter on the pictures, with labels and scores',
    exclusive: ['clips'],
  }),
  ...{ label, 'not-label': notLabel, 'min-confidence': minConfidence, ...objectFlags, from, to },
};

/** @throws MvsError USAGE without a filter and without a video */
export function exportOptions(
  flags: Infer<typeof exportingFlags>,
  videos: readonly string[],
  signal: AbortSignal,
): ExportOptions {
  const filter = filterOf(flags);
  const { labels, notLabels } = wordsOf(flags);
  if (videos.length === 0 && !isFiltered(filter) && labels.length === 0 && notLabels.length === 0) {
    throw new MvsError('USAGE', 'this would export every frame of all videos', {
      hint: 'Name videos, or choose frames with --label, --min-confidence, --from or --to.',
    });
  }
  const { out, boxes, clips, pad = 2 } = flags;
  return { filter, out, boxes, pad: clips ? pad : undefined, signal };
}

/** @returns seconds */
function parsePad(text: string): number {
  const ms = text === '0' ? 0 : parseDuration(text);
  if (ms !== undefined) return ms / 1000;
  throw new MvsError('USAGE', `${JSON.stringify(text)} is not a duration`, {
    hint: 'Give a number and a unit: --pad 2s, --pad 0.5s, --pad 1m.',
  });
}
