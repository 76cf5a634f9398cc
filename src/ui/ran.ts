import type { VideoAnswer } from '../core/answers/videos.js';
import { renderVideos } from './answers.js';
import { renderConsumed, type ConsumeReport } from './consumed.js';
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
  const [first] = videos;
  if (first)
    parts.push(
      `More: mvs query ${JSON.stringify(first.video)} --frames.${own ? ' The servers keep running until "mvs down".' : ''}`,
    );
  return parts.filter((part) => part !== '').join('\n\n');
}
