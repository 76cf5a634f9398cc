import type { ReportedVideo } from '../core/report/videos.js';

/** What a page shows of a video. */
export interface ReportCounts {
  readonly video: string;
  readonly segments: number;
  readonly thumbnails: number;
  /** With `--diff`: the segments that changed. */
  readonly changedSegments?: number;
}

export function countsOf({ video, segments, comparison }: ReportedVideo): ReportCounts {
  const changed = comparison?.segments ?? [];
  const thumbnails = [...segments, ...changed].filter(({ thumbnail }) => thumbnail !== undefined).length;
  return {
    ...{ video, segments: segments.length, thumbnails },
    ...(comparison && { changedSegments: changed.length }),
  };
}
