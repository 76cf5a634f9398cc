import { availableParallelism } from 'node:os';
import type { Alone } from '../lib/alone.js';
import { workFolder, type StackBench } from '../lib/bench.js';
import { bundled, bundledClips } from '../lib/clips.js';
import { mvs, script, type Took } from '../lib/commands.js';
import { newTopic, produce, type Consumed } from '../lib/programs.js';
import { limit, spreadRow, type Findings, type Limit } from '../lib/results.js';

const [a, b] = ['efficientnet-lite0', 'efficientnet-lite0-int8'] as const;
/** The first has the size that `mvs run` publishes for these networks. */
const sizes = [
  { width: 456, height: 256 },
  { width: 1920, height: 1080 },
] as const;
/** Each clip is published this many times, so that the start of a consumer has little weight. */
const copies = 2;

/** One round with frames of one size. */
interface Round {
  readonly first: Took;
  readonly second: Took;
  readonly both: Took;
  readonly again: Took;
}

/** The CPU milliseconds of parts that are measured alone. */
type Parts = Readonly<Record<'decode' | 'inferA' | 'inferB', number>>;

/** Two networks in one pass compared with two passes, and relabelling from the topic compared with consuming. */
export async function benchVersions(bench: StackBench): Promise<Findings> {
  const [limits, rows]: [Limit[], string[][]] = [[], []];
  for (const { width, height } of sizes) {
    const size = `${width}×${height}`;
    const clips = await bundledClips(workFolder, width, height);
    const topic = await newTopic(bench);
    let frames = 0;
    for (let copy = 0; copy < copies; copy++) {
      const names = bundled.flatMap((name) => ['--name', `${name}-${copy}`]);
      frames += (await produce(bench, topic, clips, ['--every', '1', ...names])).said.frames;
    }
    const rounds: Round[] = [];
    for (let n = 1; n <= bench.rounds; n++) {
      const round = await measure(bench, topic, n % 2 === 0);
      bench.log(`versions ${size} ${n}/${bench.rounds} ${JSON.stringify(round)}`);
      rounds.push(round);
    }
    const parts = await partsOf(bench, clips);
    limits.push(...limitsOf(size, rounds));
    rows.push(...rowsOf(size, frames, rounds, parts));
  }
  const head = ['', 'min', 'median', 'max'];
  return { limits, tables: [{ title: 'One and two networks in a consumer, CPU ms per frame', head, rows }] };
}

/** Each in a database of its own; but relabelling adds to what the first network has stored. */
async function measure(bench: StackBench, topic: string, backwards: boolean): Promise<Round> {
  const [dbA, dbB, dbBoth] = [bench.fresh('db'), bench.fresh('db'), bench.fresh('db')];
  const took = async (args: readonly string[], db: string): Promise<Took> => {
    const where = ['--topic', topic, '--store', `${bench.mongo}/${db}`];
    const { wallSeconds, cpuSeconds, memory } = await mvs<Consumed>(bench, [...args, ...where]);
    return { wallSeconds, cpuSeconds, memory };
  };
  const consume = (db: string, ...models: string[]): Promise<Took> => {
    const flags = ['--until-drained', '--group', bench.fresh('group')];
    return took(['consume', ...flags, ...models.flatMap((model) => ['--model', model])], db);
  };
  const early = backwards ? await consume(dbBoth, a, b) : undefined;
  const first = await consume(dbA, a);
  const second = await consume(dbB, b);
  const again = await took(['relabel', '--model', b, '--frames-from', 'topic'], dbA);
  return { first, second, again, both: early ?? (await consume(dbBoth, a, b)) };
}

/** Measured with all cores busy. */
async function partsOf(bench: StackBench, clips: readonly string[]): Promise<Parts> {
  const cores = availableParallelism();
  const infer = async (model: string): Promise<number> => {
    const each = await Promise.all(
      Array.from({ length: cores }, () => script<Alone>(bench, 'alone.ts', ['infer', model])),
    );
    return each.reduce((sum, { said }) => sum + said.cpuMilliseconds, 0) / cores;
  };
  // Both networks have the same preprocessing.
  const { said } = await script<Alone>(bench, 'alone.ts', ['decode', a, ...clips]);
  return { decode: said.cpuMilliseconds, inferA: await infer(a), inferB: await infer(b) };
}

function limitsOf(size: string, rounds: readonly Round[]): Limit[] {
  const onePass = (time: 'cpuSeconds' | 'wallSeconds'): number[] =>
    rounds.map(({ first, second, both }) => both[time] / (first[time] + second[time]));
  const relabel = rounds.map(({ second, again }) => again.cpuSeconds / second.cpuSeconds);
  return [
    limit(`two networks in one pass ÷ two passes, frames of ${size}, CPU`, '×', onePass('cpuSeconds'), 0.8),
    limit(
      `two networks in one pass ÷ two passes, frames of ${size}, wall time`,
      '×',
      onePass('wallSeconds'),
      0.8,
    ),
    limit(`relabel from the topic ÷ consume, frames of ${size}, CPU`, '×', relabel, 1.05),
  ];
}

function rowsOf(
  size: string,
  frames: number,
  rounds: readonly Round[],
  { decode, inferA, inferB }: Parts,
): string[][] {
  const row = (what: string, of: (round: Round) => number): string[] =>
    spreadRow(`${size}: ${what}`, rounds.map(of), 2);
  const perFrame = ({ cpuSeconds }: Took): number => (cpuSeconds * 1000) / frames;
  const floor = (decode + inferA + inferB) / (2 * decode + inferA + inferB);
  return [
    row(`consume ${a}, with its start`, ({ first }) => perFrame(first)),
    row(`consume ${b}, with its start`, ({ second }) => perFrame(second)),
    row('consume both in one pass, with its start', ({ both }) => perFrame(both)),
    row('decoding alone', () => decode),
    row(`inference alone, ${a}`, () => inferA),
    row(`inference alone, ${b}`, () => inferB),
    row('one pass ÷ two passes, from decoding and inference alone', () => floor),
  ];
}
