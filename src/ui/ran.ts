import type { VideoAnswer } from '../core/answers/videos.js';
import { renderVideos } from './answers.js';
import { renderConsumed, type ConsumeReport } from './consumed.js';
import { programName } from './program.js';
import { renderProduced, type ProduceReport } from './produced.js';

export interface RunReport {
  readonly produced: ProduceReport;
  /** Null if no input could be read, so that no consumer was started. */
  readonly consumed: ConsumeReport | null;
  readonly videos: readonly VideoAnswer[];
}

/** @param own true if local servers keep running after the command */
export function renderRun({ produced, consumed, videos }: RunReport, own: boolean, width = Infinity): string {
  const parts = [
    renderProduced(produced),
    ...(consumed ? [renderConsumed(consumed)] : []),
    renderVideos(videos, width),
  ];
  const [[first], program] = [videos, programName()];
  if (first)
    parts.push(
      `${own ? `The servers keep running until "${program} down". ` : ''}See more with: ${program} query ${JSON.stringify(first.video)} --frames`,
    );
  return parts.filter((part) => part !== '').join('\n\n');
}
