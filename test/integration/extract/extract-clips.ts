import { chmod, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import { execa } from 'execa';
import sharp from 'sharp';
import { afterAll, beforeAll } from 'vitest';
import { extract, type ExtractOptions, type ExtractedFrame } from '../../../src/core/extract/extract.js';
import type { SamplingMethod } from '../../../src/core/frames/sampling.js';
import type { LocalFile } from '../../../src/core/base/temporary-file.js';

/** Width in pixels of a stripe that shows one bit of the frame number. */
const stripe = 32;

/** A picture whose stripes, left to right, are the bits of the frame number (from 1): white is 1. */
export function numbered(options: { size?: string; fps?: number; frames: number }): string[] {
  const { size = '320x64', fps = 10, frames } = options;
  const bits = `lum='if(mod(floor((N+1)/pow(2,floor(X/${stripe}))),2),235,16)':cb=128:cr=128`;
  return ['-f', 'lavfi', '-i', `color=s=${size}:r=${fps}:d=${frames / fps},format=yuv420p,geq=${bits}`];
}

/** The frame number that a picture of `numbered` shows, whatever its size. */
export async function numberShown(jpeg: Uint8Array, width = 320): Promise<number> {
  const gray = await sharp(jpeg).greyscale().raw().toBuffer({ resolveWithObject: true });
  const bits = Array.from({ length: 10 }, (_, bit) =>
    Math.floor(((bit + 0.5) * stripe * gray.info.width) / width),
  );
  const row = Math.floor(gray.info.height / 2) * gray.info.width;
  return bits.reduce((number, x, bit) => number + ((gray.data[row + x] ?? 0) > 125 ? 2 ** bit : 0), 0);
}

/** Paths in a folder that comes and goes with the test file. */
export function temporaryFolder(): (name: string) => string {
  let folder = '';
  beforeAll(async () => {
    folder = await realpath(await mkdtemp(path.join(tmpdir(), 'mvs-extract-')));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return (name) => path.join(folder, name);
}

/** Runs the bundled ffmpeg and returns the file that it wrote. */
export async function make(file: string, ...args: string[]): Promise<string> {
  await execa(ffmpeg.path, ['-v', 'error', '-y', '-nostdin', ...args, `file:${file}`]);
  return file;
}

export function sourceOf(path: string): LocalFile {
  return { input: path, path };
}

/** All frames and the totals. */
export async function extractAll(
  input: string,
  samplingMethod: SamplingMethod,
  options: Omit<ExtractOptions, 'samplingMethod'> = {},
) {
  const frames: ExtractedFrame[] = [];
  const extraction = extract(sourceOf(input), { ...options, samplingMethod });
  for (;;) {
    const next = await extraction.next();
    if (next.done) return { frames, totals: next.value };
    frames.push(next.value);
  }
}

/** 3, 6, 9 … up to `frames`. */
export function multiples(every: number, frames: number): number[] {
  return Array.from({ length: Math.floor(frames / every) }, (_, index) => (index + 1) * every);
}

/** An executable that stands in for ffmpeg: a shell script. */
export async function standIn(file: string, script: string): Promise<string> {
  const answerVersion = 'if [ "$1" = -version ]; then echo "libavutil 56. 1. 1"; exit; fi';
  await writeFile(file, `#!/bin/sh\n${answerVersion}\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}
