import type { ConsumeOptions, ConsumeTotals } from '../core/consume/consume.js';
import { plural } from '../core/base/text.js';
import type { Tally } from './live/tally.js';
import { rate } from './units.js';

export interface ConsumeReport extends Omit<ConsumeTotals, 'results'> {
  readonly group: string;
  readonly topic: string;
  readonly framesPerSecond: number;
  /** Of the first network. */
  readonly engine: string;
  readonly model: string;
  /** The networks, in the order in which they were named. */
  readonly models: readonly ModelReport[];
}

interface ModelReport {
  readonly model: string;
  /** `NAME@DIGEST`; null if the network was not loaded. */
  readonly modelVersion: string | null;
  readonly engine: string;
  readonly stored: number;
  readonly duplicates: number;
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
  { topic, models }: Used,
  totals: ConsumeTotals,
): ConsumeReport {
  const { results, ...counts } = totals;
  const framesPerSecond = totals.seconds > 0 ? totals.frames / totals.seconds : 0;
  const reports = models.map((model, n) => ({ ...model, ...(results[n] ?? { stored: 0, duplicates: 0 }) }));
  const { engine, model } = reports[0] ?? { engine: '', model: '' };
  return { group, topic, ...counts, framesPerSecond, engine, model, models: reports };
}

/** The named parts of a consumer. */
export interface Used {
  readonly topic: string;
  readonly models: readonly Pick<ModelReport, 'model' | 'modelVersion' | 'engine'>[];
}

export function renderConsumed(report: ConsumeReport): string {
  const { frames, deadLettered, skipped, seconds, framesPerSecond, models } = report;
  const expired = report.expired.reduce((sum, { messages }) => sum + messages, 0);
  const others = [
    deadLettered > 0 ? `, ${plural(deadLettered, 'message')} dead-lettered to ${report.topic}.dlq` : '',
    skipped > 0 ? `, ${plural(skipped, 'message')} skipped` : '',
    expired > 0 ? `, ${plural(expired, 'message')} deleted by retention before they were read` : '',
  ].join('');
  if (frames + skipped + deadLettered === 0) return `no frames received from ${report.topic}${others}`;
  const speed = `in ${rate(seconds)} s (${rate(framesPerSecond)} frames/s`;
  const [first, ...more] = models;
  if (first && more.length === 0)
    return `${stored(frames, first)}${others} ${speed}, ${nameOf(first)} on ${first.engine})`;
  const lines = models.map((model) => `  ${nameOf(model)} on ${model.engine}: ${stored(frames, model)}`);
  return [`${plural(frames, 'frame')}, ${plural(models.length, 'model')}${others} ${speed})`, ...lines].join(
    '\n',
  );
}

function stored(frames: number, { stored: count, duplicates }: ModelReport): string {
  return duplicates > 0
    ? `${plural(frames, 'frame')}: ${count} new, ${duplicates} already stored`
    : `${count} of ${frames} frames stored`;
}

function nameOf({ model, modelVersion }: ModelReport): string {
  return modelVersion ?? model;
}
