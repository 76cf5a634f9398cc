import type { ConsumeOptions, ConsumePorts, ConsumeTotals } from '../core/consume/consume.js';
import { plural } from '../core/base/text.js';
import type { Tally } from './live/tally.js';
import { rate } from './units.js';

export interface ConsumeReport extends ConsumeTotals {
  readonly group: string;
  readonly topic: string;
  readonly framesPerSecond: number;
  readonly engine: string;
  readonly model: string;
}

/** Counts what a consumer stores. */
export function countStored(tally: Tally): Pick<ConsumeOptions, 'onBatch'> {
  return {
    onBatch: ({ videos }) => {
      for (const [video, frames] of videos) tally.add(video, frames);
    },
  };
}

export function consumeReport(
  { group }: Pick<ConsumeOptions, 'group'>,
  { stream: { topic }, classifier: { engine, model } }: Used,
  totals: ConsumeTotals,
): ConsumeReport {
  const framesPerSecond = totals.seconds > 0 ? totals.frames / totals.seconds : 0;
  return { group, topic, ...totals, framesPerSecond, engine, model };
}

/** The named parts of a consumer. */
interface Used {
  readonly stream: Pick<ConsumePorts['stream'], 'topic'>;
  readonly classifier: { readonly engine: string; readonly model: string };
}

export function renderConsumed(report: ConsumeReport): string {
  const { frames, stored, duplicates, deadLettered, skipped, seconds, framesPerSecond, engine, model } =
    report;
  const expired = report.expired.reduce((sum, { messages }) => sum + messages, 0);
  const others = [
    deadLettered > 0 ? `, ${plural(deadLettered, 'message')} dead-lettered to ${report.topic}.dlq` : '',
    skipped > 0 ? `, ${plural(skipped, 'message')} skipped` : '',
    expired > 0 ? `, ${plural(expired, 'message')} deleted by retention before they were read` : '',
  ].join('');
  if (frames + skipped + deadLettered === 0) return `no frames received from ${report.topic}${others}`;
  const done =
    duplicates > 0
      ? `${plural(frames, 'frame')}: ${stored} new, ${duplicates} already stored`
      : `${stored} of ${frames} frames stored`;
  return `${done}${others} in ${rate(seconds)} s (${rate(framesPerSecond)} frames/s, ${model} on ${engine})`;
}
