import { Flags } from '@oclif/core';
import type { ReportOptions } from '../core/report/videos.js';
import type { Infer } from './infer.js';

export const reportingFlags = {
  diff: Flags.string({
    description:
      'model to compare with the one of --model: both timelines, with the differences marked and pictures of the segments that changed',
    helpValue: 'NAME[@DIGEST]',
  }),
  out: Flags.string({
    char: 'o',
    description: 'file to write; - for stdout',
    helpValue: 'FILE',
    default: 'report.html',
  }),
  segments: Flags.integer({
    description: 'number of segments per video; the longest are shown',
    env: 'MVS_REPORT_SEGMENTS',
    helpValue: 'N',
    min: 1,
    max: 5000,
    default: 200,
  }),
  thumbnails: Flags.integer({
    description: 'number of pictures per video, one for each of its longest segments',
    env: 'MVS_REPORT_THUMBNAILS',
    helpValue: 'N',
    min: 0,
    max: 500,
    default: 24,
  }),
};

export function reportOptions(
  { segments, thumbnails }: Infer<typeof reportingFlags>,
  signal: AbortSignal,
): ReportOptions {
  return { maxSegments: segments, maxThumbnails: thumbnails, signal };
}
