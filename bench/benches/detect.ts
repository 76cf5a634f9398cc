import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { engines } from '../../src/core/classifier/engines/index.js';
import { overlap } from '../../src/core/classifier/detect/suppress.js';
import { extract } from '../../src/core/extract/extract.js';
import type { Box } from '../../src/core/frames/frame.js';
import { workFolder, type StackBench } from '../lib/bench.js';
import { encode } from '../lib/clips.js';
import { python, script } from '../lib/commands.js';
import type { Detected, FoundObject } from '../lib/detect-speed.js';
import { limit, ratio, spreadRow, type Findings, type Limit, type Ratio } from '../lib/results.js';
import { venv } from '../lib/venv.js';

const root = path.resolve(import.meta.dirname, '../..');
const network = 'ssd-mobilenetv2';
const clips = ['videos/cat.webm', 'videos/espresso.webm', 'test/fixtures/concepts/cars.mp4'];
/** The first has the size that `mvs run` publishes for this network. */
const sizes = [
  { width: 534, height: 300 },
  { width: 1920, height: 1080 },
] as const;
/** Of each clip. Batches of both programs are full. */
const framesOfClip = 8;
/** Scores this close to the threshold may be on either side of it: the two decoders of JPEG differ by a bit. */
const margin = 0.05;
const minScore = 0.4;

interface Round {
  readonly ours: Detected;
  readonly theirs: Detected;
}

/** The bundled detector in mvs and in Python, from JPEG to boxes: CPU per frame, and the same boxes. */
export async function benchDetect(bench: StackBench): Promise<Findings> {
  const own = { ...bench, python: await venv(workFolder, 'requirements-detect.txt') };
  const [ratios, limits, rows]: [Ratio[], Limit[], string[][]] = [[], [], []];
  for (const { width, height } of sizes) {
    const size = `${width}×${height}`;
    const folder = await framesOf(bench, width, height);
    const rounds: Round[] = [];
    for (let n = 1; n <= bench.rounds; n++) {
      rounds.push(await measure(own, folder));
      bench.log(`detect ${size} ${n}/${bench.rounds}`);
    }
    const cpu = (of: keyof Round): number[] => rounds.map((round) => round[of].cpuMilliseconds);
    const what = `detecting in frames of ${size}, frames per CPU second, mvs ÷ Python`;
    ratios.push(ratio(what, cpu('theirs'), cpu('ours'), 1));
    limits.push(notShared(size, rounds));
    rows.push(spreadRow(`${size}: mvs`, cpu('ours'), 2));
    rows.push(spreadRow(`${size}: Python, OpenCV and onnxruntime`, cpu('theirs'), 2));
  }
  const title = `${network} on onnxruntime with one thread, JPEG to boxes, CPU ms per frame`;
  return { ratios, limits, tables: [{ title, head: ['', 'min', 'median', 'max'], rows }] };
}

async function measure(bench: StackBench, folder: string): Promise<Round> {
  const file = path.join(root, 'models', network, `${network}.onnx`);
  const batch = String(engines.onnxruntime.sliceSize);
  const { said: ours } = await script<Detected>(bench, 'detect-speed.ts', [network, folder]);
  const args = ['--network', file, '--batch', batch, folder];
  const { said: theirs } = await python<Detected>(bench, 'detect.py', args);
  return { ours, theirs };
}

/** @returns a folder with JPEG files */
async function framesOf(bench: StackBench, width: number, height: number): Promise<string> {
  const [made, folder] = [path.join(workFolder, 'clips'), path.join(bench.folder, `frames-${width}`)];
  await mkdir(made, { recursive: true });
  await mkdir(folder, { recursive: true });
  for (const clip of clips) {
    const { name } = path.parse(clip);
    const input = await encode(made, { from: path.join(root, clip), name, width, height, times: 1 });
    let left = framesOfClip;
    for await (const { jpeg } of extract({ input, path: input }, { samplingMethod: { every: 1 } })) {
      await writeFile(path.join(folder, `${name}-${left}.jpg`), jpeg);
      if (--left === 0) break;
    }
  }
  return folder;
}

/** Of each object of one side that is not near the threshold, how much of it the other side has (intersection over union). */
function overlaps(a: Detected, b: Detected): number[] {
  const bestIn = (some: readonly FoundObject[], { classIndex, box }: FoundObject): number =>
    Math.max(
      0,
      ...some
        .filter((one) => one.classIndex === classIndex)
        .map((one) => overlap(corners(box), corners(one.box))),
    );
  const oneWay = (from: Detected, to: Detected): number[] =>
    Object.entries(from.objects).flatMap(([file, objects]) =>
      objects
        .filter(({ confidence }) => confidence >= minScore + margin)
        .map((each) => bestIn(to.objects[file] ?? [], each)),
    );
  return [...oneWay(a, b), ...oneWay(b, a)];
}

/** A limit, because the worst object counts: 1 − 0.95. */
function notShared(size: string, rounds: readonly Round[]): Limit {
  const shared = rounds.flatMap(({ ours, theirs }) => overlaps(ours, theirs));
  const what = `boxes in frames of ${size}, mvs and Python: 1 − intersection over union`;
  return limit(what, '', shared.length === 0 ? [1] : shared.map((each) => 1 - each), 0.05);
}

function corners([x, y, width, height]: Box): readonly [number, number, number, number] {
  return [x, y, x + width, y + height];
}
