import ffmpeg from '@ffmpeg-installer/ffmpeg';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { probeVideo } from '../../../src/core/extract/probe.js';
import { copyArguments } from '../../../src/core/extract/sparse/copy-arguments.js';
import { PacketFilter } from '../../../src/core/extract/sparse/packet-filter.js';
import { planOf } from '../../../src/core/extract/sparse/plan.js';
import { readIndex } from '../../../src/core/extract/sparse/read-index.js';
import { make, numbered, sourceOf, temporaryFolder } from './extract-clips.js';

const clip = temporaryFolder();
const frames = Array.from({ length: 60 }, (_, n) => n + 1);
const every = 7;
const x265 = 'keyint=20:min-keyint=20:open-gop=0:scenecut=0:bframes=3:log-level=none';

/** The frames that ffmpeg itself decodes if it leaves out those to which no other one refers. */
async function referencesIn(file: string): Promise<ReadonlySet<number>> {
  const select = ['-skip_frame', 'noref', '-i', file, '-f', 'framecrc', '-vsync', '0', '-'];
  const { stdout } = await execa(ffmpeg.path, ['-v', 'error', '-nostdin', ...select]);
  const lines = stdout.split('\n').filter((line) => !line.startsWith('#'));
  return new Set(lines.map((line) => Number(line.split(',')[2]) + 1));
}

test.each([
  ['H.264', 'refs.mp4', ['-c:v', 'libx264', '-bf', '3', '-g', '20', '-sc_threshold', '0']],
  ['HEVC', 'refs-hevc.mp4', ['-c:v', 'libx265', '-preset', 'fast', '-x265-params', x265]],
])(
  'frames of %s to which no other one refers are decoded only if they are extracted',
  async (_, name, args) => {
    const file = await make(clip(name), ...numbered({ frames: frames.length }), ...args);
    const probe = await probeVideo(sourceOf(file));
    const index = await readIndex(sourceOf(file), probe, () => true, {});
    const plan = planOf(index, { samplingMethod: { every } });
    if ('all' in plan) throw new Error(plan.all);
    const filter = new PacketFilter(probe.codec, index, plan);
    const copy = execa(ffmpeg.path, copyArguments(sourceOf(file), probe, 'matroska'), { buffer: false });
    // The header is a piece, too.
    let passed = -1;
    for await (const piece of filter.of(copy.stdout)) passed += Math.sign(piece.length);

    const leftOut = frames.filter((frame) => filter.leavesOut(frame));
    const references = await referencesIn(file);
    // Behind the last frame of a group that is extracted, nothing is decoded anyway.
    const planned = plan.groups.flatMap(({ first, last }) => plan.order.numbers.slice(first, last + 1));
    const needless = planned.filter((frame) => !references.has(frame) && frame % every !== 0);
    expect(leftOut).toEqual(needless.toSorted((one, other) => one - other));
    expect(leftOut.length).toBeGreaterThan(10);
    expect(passed + leftOut.length).toBe(plan.decoded);
  },
);
