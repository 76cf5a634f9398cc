import { isWell, warning, type Check } from '../base/check.js';
import { shellCommand } from '../base/shell.js';
import type { EngineName } from '../classifier/port.js';
import { lookAtEngine, type EngineSources } from './overview-engine.js';
import { lookAtStore, type StoreSources, type VersionsInUse } from './overview-store.js';
import { lookAtStream, type StreamSources } from './overview-stream.js';
import type { Servers } from '../stream/servers.js';

export type OverviewSources = StreamSources & StoreSources & EngineSources;

/** The state of all parts; null means unknown. */
export interface Overview {
  /** True if nothing required is missing. */
  readonly healthy: boolean;
  readonly checks: readonly Check[];
  /** Null if no broker answers, or if the stream is a managed service. */
  readonly brokers: Servers | null;
  readonly topic: { readonly name: string; readonly partitions: number | null };
  readonly group: {
    readonly name: string;
    /** Members that hold partitions. */
    readonly members: number | null;
    readonly lag: number | null;
    readonly lagSeconds: number | null;
  };
  readonly videos: { readonly complete: number; readonly inWork: number } | null;
  /** The versions of models that have results; null also if there are none. */
  readonly modelVersions: VersionsInUse | null;
  /** Letters that were neither replayed nor discarded; null also if the stream does not count its messages. */
  readonly deadLetters: number | null;
  /** False: there are no more than `deadLetters`, too many to count. */
  readonly deadLettersExact: boolean | null;
  readonly model: string | null;
  /** The engine that consumers would use on this machine. */
  readonly engine: EngineName | null;
}

/** Checks all parts concurrently, each for a few seconds at most. */
export async function overview(sources: OverviewSources): Promise<Overview> {
  const [stream, store, engine] = await Promise.all([
    lookAtStream(sources),
    lookAtStore(sources),
    lookAtEngine(sources),
  ]);
  const { lag } = stream.group;
  const [stuck] = lag?.total === 0 ? store.inWork : [];
  const left = stuck === undefined ? [] : [leftBehind(store.inWork, stuck)];
  const checks = [...stream.checks, ...store.checks, ...left, ...engine.checks];
  return {
    healthy: isWell(checks),
    checks,
    brokers: stream.servers,
    topic: { name: sources.topic, partitions: stream.partitions },
    group: {
      name: sources.group,
      members: stream.group.members,
      lag: lag?.total ?? null,
      lagSeconds: lag?.lagSeconds ?? null,
    },
    videos: store.complete === null ? null : { complete: store.complete, inWork: store.inWork.length },
    modelVersions: store.versions,
    deadLetters: stream.deadLetters?.count ?? null,
    deadLettersExact: stream.deadLetters?.exact ?? null,
    model: engine.model,
    engine: engine.engine,
  };
}

function leftBehind(inWork: readonly string[], first: string): Check {
  const others = inWork.length > 1 ? ` and ${inWork.length - 1} more` : '';
  return warning(
    'completeness',
    `${first}${others} incomplete, although no frames are waiting`,
    `Run "${shellCommand(['mvs', 'verify', first])}" to see what is missing.`,
  );
}
