import { reportOf, type ErrorReport } from '../core/errors.js';
import type { Log } from '../core/log.js';
import type { Produced, ProduceOptions, PublishedVideo, Unlisted } from '../core/produced.js';
import type { SamplingMethod } from '../core/sampling.js';
import type { SourceProblem } from '../core/source.js';
import type { Tally } from './live/tally.js';
import { renderTable } from './table.js';
import { bytes, plural, rate } from './units.js';

export interface ProduceReport {
  readonly topic: string;
  readonly videos: readonly PublishedVideo[];
  readonly failed: readonly ({ readonly source: string } & ErrorReport)[];
  readonly unlisted?: Unlisted;
  readonly seconds: number;
}

interface Flags {
  readonly width?: number | undefined;
  readonly quality: number;
  readonly realtime: boolean;
  readonly 'partition-by': 'frame' | 'video';
  readonly jobs: number;
  readonly 'publish-linger': number;
  readonly 'stall-timeout': number;
  readonly 'spool-limit': number;
  readonly 'max-duration'?: number | undefined;
  readonly 'reconnect-attempts': number;
}

/** Of a command that found nothing to read. */
export const nothingProduced: Produced = { videos: [], failed: [], seconds: 0 };

const none: Unlisted = { videos: 0, framesPublished: 0, failed: 0 };

/** The options of a producer as flags give them. */
export function produceOptions(
  flags: Flags,
  sampling: SamplingMethod,
  signal: AbortSignal,
  log: Log,
): ProduceOptions {
  const { width, quality, realtime, jobs } = flags;
  return {
    sampling,
    ...(width === undefined ? {} : { width }),
    quality,
    realtime,
    jobs,
    lingerMs: flags['publish-linger'],
    stallMs: flags['stall-timeout'] * 1000,
    spoolLimit: flags['spool-limit'],
    ...(flags['max-duration'] === undefined ? {} : { maxDurationMs: flags['max-duration'] }),
    reconnectAttempts: flags['reconnect-attempts'],
    partitionBy: flags['partition-by'],
    signal,
    log,
  };
}

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

/** Counts which videos a producer begins, where it is their consumers that finish them. */
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
  const failures = [...problems.map(({ input, error }) => ({ source: input, error })), ...failed];
  return {
    topic,
    videos,
    failed: failures.map(({ source, error }) => ({ source, ...reportOf(error) })),
    ...(unlisted === undefined ? {} : { unlisted }),
    seconds,
  };
}

export function renderProduced({ topic, videos, failed, unlisted = none, seconds }: ProduceReport): string {
  const rows = videos.map((row) => [
    row.video,
    row.framesDecoded,
    row.framesPublished,
    bytes(row.bytes),
    `${rate(row.seconds)} s`,
    row.damaged ? 'damaged' : 'ok',
  ]);
  const frames = videos.reduce((sum, { framesPublished }) => sum + framesPublished, unlisted.framesPublished);
  const failures = failed.length + unlisted.failed;
  const stopped = failed.filter(({ code }) => code === 'INTERRUPTED').length;
  const unread = [
    stopped > 0 ? `, ${stopped} not finished` : '',
    failures > stopped ? `, ${failures - stopped} failed` : '',
  ].join('');
  const sum = `${plural(frames, 'frame')} of ${plural(videos.length + unlisted.videos, 'video')} published to ${topic} in ${rate(seconds)} s${unread}`;
  const head = ['VIDEO', 'DECODED', 'PUBLISHED', 'SIZE', 'TIME', 'STATE'];
  return rows.length === 0 ? sum : `${renderTable(head, rows)}\n\n${sum}`;
}
