import { retyped } from '../config/typed.js';
import type { VideoAnswer } from '../core/answers/videos.js';
import { redact } from '../core/base/redact.js';
import { shellCommand } from '../core/base/shell.js';
import type { Ran } from '../core/run.js';
import type { SourceProblem } from '../core/source/source.js';
import { isOwnServer, type ServerStatus } from '../core/stack/index.js';
import { renderVideos } from './answers.js';
import { consumeReport, renderConsumed, type ConsumeReport, type Used } from './consumed.js';
import { programName } from './program.js';
import { nothingProduced, produceReport, renderProduced, type ProduceReport } from './produced.js';

export interface RunReport {
  readonly produced: ProduceReport;
  /** Null if no input could be read, so that no consumer was started. */
  readonly consumed: ConsumeReport | null;
  readonly videos: readonly VideoAnswer[];
}

/** @param ran undefined if no input could be read */
export function runReport(
  { topic, group }: { readonly topic: string; readonly group: string },
  problems: readonly SourceProblem[],
  ran?: Ran & { readonly used: Used },
): RunReport {
  return {
    produced: produceReport(topic, ran?.produced ?? nothingProduced, problems),
    consumed: ran ? consumeReport({ group }, ran.used, ran.consumed) : null,
    videos: ran?.videos ?? [],
  };
}

/** What the next commands depend on. */
interface Next {
  /** Those that mvs started keep running after the command. */
  readonly servers: readonly Pick<ServerStatus, 'provider'>[];
  /** The version whose results are shown by default. */
  readonly active: string | undefined;
  /** What was typed. */
  readonly raw: Parameters<typeof retyped>[0];
}

export function renderRun({ produced, consumed, videos }: RunReport, next: Next, width = Infinity): string {
  const [first] = videos;
  const parts = [
    renderProduced(produced),
    ...(consumed ? [renderConsumed(consumed)] : []),
    renderVideos(videos, width),
    ...(first ? [renderNext(first, next)] : []),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function renderNext({ video, modelVersion }: VideoAnswer, { servers, active, raw }: Next): string {
  const model = modelVersion === null || modelVersion === active ? [] : ['--model', modelVersion];
  const flags = ['--frames', ...model, ...retyped(raw, ['home', 'profile', 'store'])];
  const query = video.startsWith('-') ? [...flags, '--', video] : [video, ...flags];
  const more = `See more with: ${command(['query', ...query])}`;
  const down = command(['down', ...retyped(raw, ['home', 'profile'])]);
  return servers.some(isOwnServer) ? `The servers keep running until "${down}". ${more}` : more;
}

function command(words: readonly string[]): string {
  return redact(`${programName()} ${shellCommand(words)}`);
}
