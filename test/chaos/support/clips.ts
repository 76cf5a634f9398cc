import { readFileSync } from 'node:fs';
import type { Trial } from './trial.js';

/** Publishes every frame of the bundled clips. */
export const produceArgs = ['produce', 'videos', '--every', '1', '--jobs', '4'] as const;

/** How many frames each bundled clip was made with. */
export function clips(): ReadonlyMap<string, number> {
  const file = new URL('../../../videos/expected.json', import.meta.url);
  const expected = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { frames: number }>;
  return new Map(Object.entries(expected).map(([video, { frames }]) => [video, frames]));
}

/** All their frames have to be stored. */
export function expectClips(trial: Trial, only?: string): void {
  for (const [video, frames] of clips()) {
    if (only === undefined || only === video) trial.expectFrames(video, frames);
  }
}
