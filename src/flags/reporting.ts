import { Flags } from '@oclif/core';

export const reportingFlags = {
  out: Flags.string({ char: 'o', description: 'file to write', helpValue: 'FILE', default: 'report.html' }),
  segments: Flags.integer({
    description: 'segments of each video, the longest ones',
    env: 'MVS_REPORT_SEGMENTS',
    helpValue: 'N',
    min: 1,
    max: 5000,
    default: 200,
  }),
  thumbnails: Flags.integer({
    description: 'pictures of each video, for its longest segments',
    env: 'MVS_REPORT_THUMBNAILS',
    helpValue: 'N',
    min: 0,
    max: 500,
    default: 24,
  }),
};
