import path from 'node:path';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import { execa } from 'execa';
import type { StackBench } from '../lib/bench.js';
import { newTopic, produce } from '../lib/programs.js';
import { ratio, spreadRow, type Findings, type Table, type Ratio } from '../lib/results.js';

const interval = 250;
/** By flags and length of the film in minutes, with the target: the fixed cost of a command counts little in the longer film. */
const cases: readonly (readonly [readonly string[], 1 | 5, number])[] = [
  [['--keyframes'], 1, 12],
  [['--keyframes'], 5, 12],
  // The frames are those behind a key frame; of two whole intervals, they would be the last ones of a group.
  [['--every', `${2 * interval + 1}`], 1, 5],
  [['--every', `${2 * interval + 1}`], 5, 5],
  [['--every', `${2 * interval}`], 1, 1],
  [['--fps', '1'], 1, 0.98],
  [['--every', '3'], 1, 0.98],
];

/**
 * CPU time of whole `mvs produce` commands on films with a key frame every 250 frames: of an earlier build, whose folder `--before`
 * names, and of this one, in turn.
 */
export async function benchSparse(bench: StackBench): Promise<Findings> {
  const { before: root } = bench;
  if (root === undefined) throw new Error('name a folder with a built checkout: --before FOLDER');
  const minute = await makeFilm(path.join(bench.folder, 'film.mp4'));
  const films = { 1: minute, 5: await repeated(minute, 5) };
  const [ratios, rows]: [Ratio[], Table['rows'][number][]] = [[], []];
  for (const [flags, length, target] of cases) {
    const name = `\`${flags.join(' ')}\`, ${length} min`;
    const seconds = { before: [] as number[], now: [] as number[] };
    for (let n = 1; n <= bench.rounds; n++) {
      const before = await produce(bench, await newTopic(bench), [films[length]], flags, { root });
      const now = await produce(bench, await newTopic(bench), [films[length]], flags);
      if (before.said.frames !== now.said.frames) throw new Error(`${name}: other frames than before`);
      seconds.before.push(before.cpuSeconds);
      seconds.now.push(now.cpuSeconds);
      bench.log(
        `sparse ${name} ${n}/${bench.rounds} ${before.cpuSeconds.toFixed(2)} ${now.cpuSeconds.toFixed(2)}`,
      );
    }
    ratios.push(ratio(`CPU of produce ${name}: before ÷ now`, seconds.before, seconds.now, target));
    rows.push(spreadRow(`${name}, before`, seconds.before, 2), spreadRow(`${name}, now`, seconds.now, 2));
  }
  const title = 'Produce films with a key frame every 250 frames, CPU seconds';
  return { ratios, tables: [{ title, head: ['', 'min', 'median', 'max'], rows }] };
}

/** A minute of 1080p with noise, so that decoding is as dear as that of a real film. */
async function makeFilm(file: string): Promise<string> {
  const source = ['-f', 'lavfi', '-i', 'testsrc2=s=1920x1080:r=25,noise=alls=4:allf=t', '-frames:v', '1500'];
  const codec = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '28', '-pix_fmt', 'yuv420p'];
  const groups = ['-g', `${interval}`, '-keyint_min', `${interval}`, '-sc_threshold', '0'];
  await execa(ffmpeg.path, ['-v', 'error', '-nostdin', ...source, ...codec, ...groups, file]);
  return file;
}

/** The film so many times, one after the other, with the same packets. */
async function repeated(film: string, times: number): Promise<string> {
  const file = film.replace('.mp4', `-x${times}.mp4`);
  const input = ['-stream_loop', `${times - 1}`, '-i', film];
  await execa(ffmpeg.path, ['-v', 'error', '-nostdin', ...input, '-c', 'copy', file]);
  return file;
}
