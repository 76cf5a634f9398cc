import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import { tinyOnnx } from '../../contract/classifier/tiny-onnx.js';

/** How many frames the clip of `Material` has. */
export const clipFrames = 1200;
/** At this speed it is published with --realtime: so many frames are in flight at any moment. */
const framesPerSecond = 120;

const description = `name: tiny
input: { width: 8, height: 8, colorOrder: rgb, mean: [0, 0, 0], std: [1, 1, 1] }
resize: { mode: squash }
output: logits
labels: labels.json
files: { onnx: tiny.onnx }
`;

/** A clip of many small frames, and a network that takes no time: what is tested is what lies between them. */
export interface Material {
  readonly clip: string;
  readonly network: string;
}

/** @param folder goes with whoever made it */
export async function createMaterial(folder: string): Promise<Material> {
  const [clip, network] = ['clip.mp4', 'tiny.onnx'].map((name) => join(folder, name)) as [string, string];
  const source = `testsrc=size=96x64:rate=${framesPerSecond}`;
  await Promise.all([
    execa(ffmpeg.path, [
      ...['-v', 'error', '-nostdin', '-f', 'lavfi', '-i', source],
      ...['-frames:v', String(clipFrames), '-c:v', 'mpeg4', '-q:v', '8', clip],
    ]),
    writeFile(network, tinyOnnx({ shape: ['N', 3, 8, 8] })),
    writeFile(join(folder, 'labels.json'), '["red", "green", "blue"]'),
    writeFile(join(folder, 'model.yaml'), description),
  ]);
  return { clip, network };
}
