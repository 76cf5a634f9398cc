import { readFileSync } from 'node:fs';
import type { Trial } from './trial.js';

/** Publishes every frame of the bundled clips. */
export const produceArgs = ['produce', 'videos', '--every', '1', '--jobs', '4'] as const;

/** All their frames have to be stored, as many as the clips were made with. */
export function expectClips(trial: Trial, only?: string): void {
  const file = new URL('../../../videos/expected.json', import.meta.url);
  const clips = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { frames: number }>;
  for (const [video, { frames }] of Object.entries(clips)) {
    if (only === undefined || only === video) trial.expectFrames(video, frames);
  }
}
