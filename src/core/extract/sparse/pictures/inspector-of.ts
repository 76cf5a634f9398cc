import { Doubt } from '../doubt.js';
import { av1 } from './av1.js';
import { h264 } from './h264.js';
import { hevc } from './hevc.js';
import type { Inspect } from './pictures.js';
import { vp8 } from './vp8.js';
import { vp9 } from './vp9.js';

type Inspector = (configuration: Uint8Array, reordered: number) => Inspect | string;

/** By ffmpeg's name of the codec. */
const inspectors: ReadonlyMap<string, Inspector> = new Map<string, Inspector>([
  ['h264', h264],
  ['hevc', hevc],
  ['vp8', vp8],
  ['vp9', vp9],
  ['av1', av1],
]);

export function isInspectable(codec: string): boolean {
  return inspectors.has(codec);
}

/**
 * @param configuration what the container holds for the decoder
 * @param reordered how many frames at most precede a frame in the file and follow it in presentation
 * @throws Doubt if the stream as a whole cannot be numbered
 */
export function inspectorOf(codec: string, configuration: Uint8Array, reordered: number): Inspect {
  const inspect = inspectors.get(codec)?.(configuration, reordered) ?? `the codec is ${codec}`;
  if (typeof inspect === 'string') throw new Doubt(inspect);
  return inspect;
}
