import { reportOf, type ErrorReport } from '../core/errors.js';
import type { Log } from '../core/log.js';
import type { Produced, ProduceOptions, PublishedVideo } from '../core/produce.js';
import type { Source, SourceProblem } from '../core/source.js';
import type { Progress } from './progress.js';
import { renderTable } from './table.js';
import { bytes, plural, rate } from './units.js';

export interface ProduceReport {
  readonly topic: string;
  readonly videos: readonly PublishedVideo[];
  readonly failed: readonly ({ readonly source: string } & ErrorReport)[];
  readonly seconds: number;
}

interface Flags {
  readonly every: number;
  readonly width?: number | undefined;
  readonly quality: number;
  readonly realtime: boolean;
  readonly 'partition-by': 'frame' | 'video';
  readonly jobs: number;
  readonly 'stall-timeout': number;
}

/** The options of a producer as flags give them, with its progress shown. */
export function produceOptions(
  flags: Flags,
  sources: readonly Source[],
  signal: AbortSignal,
  log: Log,
  progress: Progress,
): ProduceOptions {
  const { every, width, quality, realtime, jobs } = flags;
  const startedAt = Date.now();
  let published = 0;
  let size = 0;
  return {
    every,
    ...(width === undefined ? {} : { width }),
    quality,
    realtime,
    jobs,
    stallMs: flags['stall-timeout'] * 1000,
    partitionBy: flags['partition-by'],
    signal,
    log,
    onPublished: (video, frames, added) => {
      published += frames;
      size += added;
      const perSecond = rate(published / ((Date.now() - startedAt) / 1000));
      const of = sources.length === 1 ? video : `${sources.length} videos`;
      progress.update(`${of}: ${published} frames published, ${bytes(size)}, ${perSecond} frames/s`);
    },
  };
}

export function produceReport(
  topic: string,
  { videos, failed, seconds }: Produced,
  problems: readonly SourceProblem[],
): ProduceReport {
  const failures = [...problems.map(({ input, error }) => ({ source: input, error })), ...failed];
  return {
    topic,
    videos,
    failed: failures.map(({ source, error }) => ({ source, ...reportOf(error) })),
    seconds,
  };
}

export function renderProduced({ topic, videos, failed, seconds }: ProduceReport): string {
  const rows = videos.map((row) => [
    row.video,
    row.framesDecoded,
    row.framesPublished,
    bytes(row.bytes),
    `${rate(row.seconds)} s`,
    row.damaged ? 'damaged' : 'ok',
  ]);
  const frames = videos.reduce((sum, { framesPublished }) => sum + framesPublished, 0);
  const unread = failed.length > 0 ? `, ${failed.length} failed` : '';
  const sum = `${plural(frames, 'frame')} of ${plural(videos.length, 'video')} published to ${topic} in ${rate(seconds)} s${unread}`;
  const head = ['VIDEO', 'DECODED', 'PUBLISHED', 'SIZE', 'TIME', 'STATE'];
  return rows.length === 0 ? sum : `${renderTable(head, rows)}\n\n${sum}`;
}
