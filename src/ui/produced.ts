import { reportOf, type ErrorReport } from '../core/base/errors.js';
import type {
  FailedVideo,
  Produced,
  ProduceOptions,
  PublishedPart,
  PublishedVideo,
  Unlisted,
} from '../core/produce/outcome.js';
import type { SourceProblem } from '../core/source/source.js';
import { plural } from '../core/base/text.js';
import type { Tally } from './live/tally.js';
import { renderTable, type Cell } from './table.js';
import { bytes, rate } from './units.js';

export interface ProduceReport {
  readonly topic: string;
  readonly videos: readonly PublishedVideo[];
  /** With what was published before the failure, if the input was opened. */
  readonly failed: readonly ({ readonly source: string } & ErrorReport & Partial<PublishedPart>)[];
  readonly unlisted?: Unlisted;
  readonly seconds: number;
}

/** Of a command that found nothing to read. */
export const nothingProduced: Produced = { videos: [], failed: [], seconds: 0 };

const none: Unlisted = { videos: 0, framesPublished: 0, failed: 0 };

/** Counts what a producer publishes. */
export function countPublished(tally: Tally): Pick<ProduceOptions, 'onBegin' | 'onPublished' | 'onEnd'> {
  return {
    onBegin: (video, frames) => {
      tally.begin(video, frames);
    },
    onPublished: (video, frames, size) => {
      tally.add(video, frames, size);
    },
    onEnd: (video) => {
      tally.end(video);
    },
  };
}

/** Counts the videos that a producer begins, if consumers finish them. */
export function countBegun(tally: Tally): Pick<ProduceOptions, 'onBegin' | 'onEnd'> {
  return {
    onBegin: (video, frames) => {
      tally.begin(video, frames);
    },
    onEnd: (video, outcome) => {
      if ('error' in outcome) tally.end(video);
    },
  };
}

export function produceReport(
  topic: string,
  { videos, failed, unlisted, seconds }: Produced,
  problems: readonly SourceProblem[],
): ProduceReport {
  const unread: FailedVideo[] = problems.map(({ input, error }) => ({ source: input, error }));
  return {
    topic,
    videos,
    failed: [...unread, ...failed].map(({ source, error, part }) => ({
      source,
      ...reportOf(error),
      ...part,
    })),
    ...(unlisted === undefined ? {} : { unlisted }),
    seconds,
  };
}

/** Empty if there is nothing to report except the errors of inputs. */
export function renderProduced(report: ProduceReport): string {
  const { videos, failed, unlisted = none } = report;
  const stopped = failed.filter(isStopped).length;
  const failures = failed.length + unlisted.failed - stopped;
  const parts = failed.filter(({ framesPublished = 0 }) => framesPublished > 0);
  const complete = videos.length + unlisted.videos;
  const begun = complete + parts.length;
  if (begun + stopped === 0 && failures > 0) return '';
  const frames = [...videos, ...parts].reduce((sum, { framesPublished = 0 }) => sum + framesPublished, 0);
  const sum = [
    `${plural(frames + unlisted.framesPublished, 'frame')} of ${plural(begun, 'video')} published to ${report.topic} in ${rate(report.seconds)} s`,
    ...(begun > complete ? [`${complete} complete`] : []),
    ...(stopped > 0 ? [`${stopped} not finished`] : []),
    ...(failures > 0 ? [`${failures} failed`] : []),
  ].join(', ');
  const rows = rowsOf(report);
  const head = ['VIDEO', 'DECODED', 'PUBLISHED', 'SIZE', 'TIME', 'STATE'];
  return rows.length === 0 ? sum : `${renderTable(head, rows)}\n\n${sum}`;
}

/** The failed videos that left frames in the topic or were interrupted. The others are reported as errors only. */
function rowsOf({ videos, failed }: ProduceReport): Cell[][] {
  const unfinished = failed.flatMap((row): Cell[][] => {
    const { video = row.source, framesPublished = 0, bytes: size = 0, seconds = 0 } = row;
    if (framesPublished === 0 && !isStopped(row)) return [];
    const state = isStopped(row) ? 'stopped' : 'failed';
    return [[video, null, framesPublished, bytes(size), `${rate(seconds)} s`, state]];
  });
  const whole = videos.map((row) => [
    row.video,
    row.framesDecoded,
    row.framesPublished,
    bytes(row.bytes),
    `${rate(row.seconds)} s`,
    row.damaged ? 'damaged' : 'ok',
  ]);
  return [...whole, ...unfinished];
}

function isStopped({ code }: ErrorReport): boolean {
  return code === 'INTERRUPTED';
}
