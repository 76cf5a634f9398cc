import { join } from 'node:path';
import { execa } from 'execa';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import { short } from './form.js';

/** At this speed the clip is published with --realtime: so many frames are in flight at any moment. */
const framesPerSecond = short ? 60 : 120;
/** How many frames the clip of `Material` has: it lasts ten seconds. */
export const clipFrames = 10 * framesPerSecond;

/** A clip of many small frames. */
export interface Material {
  readonly clip: string;
}

/** @param folder goes with whoever made it */
export async function createMaterial(folder: string): Promise<Material> {
  const clip = join(folder, 'clip.mp4');
  const source = `testsrc=size=96x64:rate=${framesPerSecond}`;
  await execa(ffmpeg.path, [
    ...['-v', 'error', '-nostdin', '-f', 'lavfi', '-i', source],
    ...['-frames:v', String(clipFrames), '-c:v', 'mpeg4', '-q:v', '8', clip],
  ]);
  return { clip };
}
