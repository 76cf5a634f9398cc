import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { extract } from '../../../src/core/extract/extract.js';
import type { Decoding, ExtractOptions } from '../../../src/core/extract/extracted.js';
import { probeVideo } from '../../../src/core/extract/probe.js';
import { isInspectable } from '../../../src/core/extract/sparse/pictures/inspector-of.js';
import type { SamplingMethod } from '../../../src/core/frames/sampling.js';
import { sourceOf } from './extract-clips.js';

const samplings: readonly SamplingMethod[] = [{ keyframes: true }, { every: 17 }, { every: 2 }, { fps: 0.9 }];

/** What comes out, with the bytes of each picture as a digest, or the code of the error; and what was decoded for it. */
export async function outcome(file: string, options: ExtractOptions) {
  const decoding: Decoding[] = [];
  const onDecoding = (what: Decoding): void => void decoding.push(what);
  const frames: unknown[] = [];
  try {
    const extraction = extract(sourceOf(file), { ...options, onDecoding });
    for (;;) {
      const next = await extraction.next();
      if (next.done === true) return { came: { frames, totals: next.value }, decoding };
      const { frame, time, jpeg } = next.value;
      frames.push([frame, time, createHash('md5').update(jpeg).digest('hex')]);
    }
  } catch (error) {
    return { came: { frames, totals: undefined, code: (error as { code?: string }).code }, decoding };
  }
}

/** Compares what comes out with and without skipping. @returns what was decoded when frames could be skipped */
export async function mustBeEqual(file: string, only?: readonly number[]): Promise<Decoding[]> {
  const decoded: Decoding[] = [];
  const probe = await probeVideo(sourceOf(file)).catch(() => undefined);
  // Of others, all frames are decoded at once.
  if (probe === undefined || !isInspectable(probe.codec)) return [];
  for (const samplingMethod of samplings) {
    const options = { samplingMethod, probe };
    const [all, some] = [
      await outcome(file, { ...options, skipping: 'never' }),
      await outcome(file, { ...options, only, skipping: 'always' }),
    ];
    expect([file, samplingMethod, some.came]).toEqual([file, samplingMethod, all.came]);
    decoded.push(...some.decoding.slice(-1));
  }
  return decoded;
}

/** What is decoded if frames are skipped wherever that is safe. */
export async function decodingOf(file: string, options: ExtractOptions): Promise<Decoding[]> {
  return (await outcome(file, { skipping: 'always', ...options })).decoding;
}
