import type { Verdict } from '../core/answers/verify.js';
import type { Relabelled } from '../core/operate/relabel/index.js';
import { renderTableWithin } from './table.js';
import { harmless } from './units.js';

export interface RelabelReport {
  /** The version, `NAME@DIGEST`. */
  readonly modelVersion: string;
  readonly engine: string;
  readonly videos: readonly RelabelledVideo[];
}

type RelabelledVideo = Omit<Relabelled, 'verdict'> &
  Pick<Verdict, 'expected' | 'stored' | 'deadLettered' | 'missing' | 'complete'>;

type Done = Pick<RelabelReport, 'modelVersion' | 'engine'> & { readonly videos: readonly Relabelled[] };

export function relabelReport({ modelVersion, engine, videos }: Done): RelabelReport {
  return {
    modelVersion,
    engine,
    videos: videos.map(({ verdict, ...video }) => {
      const { expected, stored, deadLettered, missing, complete } = verdict;
      return { ...video, expected, stored, deadLettered, missing, complete };
    }),
  };
}

/** One row for each video, and why frames are missing. */
export function renderRelabelled({ modelVersion, engine, videos }: RelabelReport, width = Infinity): string {
  const rows = videos.map(({ video, expected, stored, fromTopic, fromFile, missing, complete }) => {
    return [video, expected, stored, fromTopic, fromFile, missing, complete ? 'yes' : 'no'];
  });
  const head = ['VIDEO', 'EXPECTED', 'STORED', 'FROM TOPIC', 'FROM FILE', 'MISSING', 'COMPLETE'];
  const table = renderTableWithin(width, head, rows, ['FROM TOPIC', 'FROM FILE'], ['VIDEO']);
  const reasons = videos.flatMap(({ video, unavailable }) =>
    unavailable === null ? [] : [`${harmless(video)}: ${harmless(unavailable)}`],
  );
  const parts = [table, ...(reasons.length > 0 ? [reasons.join('\n')] : [])];
  return [...parts, `results of the model ${modelVersion} on ${engine}`].join('\n\n');
}
