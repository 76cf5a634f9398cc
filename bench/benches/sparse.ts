import path from 'node:path';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import { execa } from 'execa';
import type { StackBench } from '../lib/bench.js';
import { newTopic, produce } from '../lib/programs.js';
import { ratio, spreadRow, type Findings, type Table, type Ratio } from '../lib/results.js';

const interval = 250;
/** By sampling: its flags, and the target. */
const samplings: readonly (readonly [string, readonly string[], number])[] = [
  ['`--keyframes`', ['--keyframes'], 12],
  // The frames are those behind a key frame; of two whole intervals, they would be the last ones of a group.
  ['`--every 501`', ['--every', `${2 * interval + 1}`], 5],
  ['`--every 500`', ['--every', `${2 * interval}`], 1],
  ['`--fps 1`', ['--fps', '1'], 0.98],
  ['`--every 3`', ['--every', '3'], 0.98],
];

/**
 * CPU time of whole `mvs produce` commands on a film with a key frame every 250 frames: of an earlier build, whose folder `--before`
 * names, and of this one, in turn.
 */
export async function benchSparse(bench: StackBench): Promise<Findings> {
  const { before: root } = bench;
  if (root === undefined) throw new Error('name a folder with a built checkout: --before FOLDER');
  const film = await makeFilm(path.join(bench.folder, 'film.mp4'));
  const [ratios, rows]: [Ratio[], Table['rows'][number][]] = [[], []];
  for (const [name, flags, target] of samplings) {
    const seconds = { before: [] as number[], now: [] as number[] };
    for (let n = 1; n <= bench.rounds; n++) {
      const before = await produce(bench, await newTopic(bench), [film], flags, { root });
      const now = await produce(bench, await newTopic(bench), [film], flags);
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
  const title = 'Produce a film of one minute with a key frame every 250 frames, CPU seconds';
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
