import type { VideoInfo } from './port.js';

/** The paths from which a video was produced, each once. */
export function sourcePathsOf({ samplings }: Pick<VideoInfo, 'samplings'>): string[] {
  return [...new Set(samplings.flatMap(({ end }) => end?.source ?? []))];
}

/** What happened to a source file that none of these paths leads to any more, in words that follow its name. */
export function sourceGone(paths: readonly string[]): string {
  return `is missing or has changed: ${paths.join(', ') || 'unknown'}`;
}
