import type { Alone } from '../lib/alone.js';
import { workFolder, type StackBench } from '../lib/bench.js';
import { bundled, bundledClips } from '../lib/clips.js';
import { mvs, script, type Ran } from '../lib/commands.js';
import { newTopic, produce, type Consumed } from '../lib/programs.js';
import { ratio, spreadRow, type Findings, type Ratio } from '../lib/results.js';

/** The first has the size that `mvs run` publishes for these networks. */
const sizes = [
  { width: 456, height: 256 },
  { width: 768, height: 432 },
  { width: 1920, height: 1080 },
] as const;
const networks = [
  { model: 'efficientnet-lite0', name: 'fp32', atLeast: 1.12 },
  { model: 'efficientnet-lite0-int8', name: 'int8', atLeast: 1.25 },
] as const;
/** A topic with one copy of each clip, and one with several: the difference is the cost of frames without that of the start. */
const copies = [1, 4] as const;

type Network = (typeof networks)[number];

/** CPU per frame of consumers of an earlier build and of this one, in turn; and of `run` at 1080p. Needs `--before`. */
export async function benchBefore(bench: StackBench): Promise<Findings> {
  const before = bench.before;
  if (before === undefined) throw new Error('name a folder with a built checkout: --before FOLDER');
  const [ratios, rows]: [Ratio[], string[][]] = [[], []];
  for (const { width, height } of sizes) {
    const clips = await bundledClips(workFolder, width, height);
    const topics = [await publish(bench, clips, copies[0]), await publish(bench, clips, copies[1])] as const;
    for (const network of networks) {
      const what = `${width}×${height}, ${network.name}`;
      const costs = await inTurn(bench, before, what, (root) => perFrame(bench, topics, network, root));
      const alone = await aloneMs(bench, network, clips);
      ratios.push(
        ratio(`CPU per frame of consume, ${what}: before ÷ now`, costs.then, costs.now, network.atLeast),
        ratio(
          `decoding and inference alone ÷ consume, ${what}, CPU`,
          costs.now.map(() => alone),
          costs.now,
          0.88,
        ),
      );
      rows.push(
        spreadRow(`consume, ${what}, before`, costs.then, 2),
        spreadRow(`the same, now`, costs.now, 2),
      );
      if (width !== 1920) continue;
      const run = await inTurn(bench, before, `run, ${network.name}`, (root) =>
        runMs(bench, clips, network, root),
      );
      ratios.push(
        ratio(`CPU of \`run --every 1\`, 1080p, ${network.name}: before ÷ now`, run.then, run.now, 1.2),
      );
      rows.push(
        spreadRow(`run --every 1, 1080p, ${network.name}, before`, run.then, 2),
        spreadRow(`the same, now`, run.now, 2),
      );
    }
  }
  const head = ['', 'min', 'median', 'max'];
  return { ratios, tables: [{ title: 'An earlier build and this one, CPU ms per frame', head, rows }] };
}

/** Measures both builds in each round, and begins with the other one in the next. */
async function inTurn(
  bench: StackBench,
  before: string,
  what: string,
  measure: (root?: string) => Promise<number>,
): Promise<{ then: number[]; now: number[] }> {
  const costs = { then: [] as number[], now: [] as number[] };
  for (let n = 0; n < bench.rounds; n++) {
    const order = n % 2 === 0 ? (['then', 'now'] as const) : (['now', 'then'] as const);
    for (const build of order) costs[build].push(await measure(build === 'then' ? before : undefined));
    bench.log(`before, ${what}, ${n + 1}/${bench.rounds}: ${JSON.stringify(costs)}`);
  }
  return costs;
}

async function publish(bench: StackBench, clips: readonly string[], times: number): Promise<string> {
  const topic = await newTopic(bench);
  for (let copy = 0; copy < times; copy++) {
    const names = bundled.flatMap((name) => ['--name', `${name}-${copy}`]);
    await produce(bench, topic, clips, ['--every', '1', ...names]);
  }
  return topic;
}

async function perFrame(
  bench: StackBench,
  topics: readonly [string, string],
  { model }: Network,
  root?: string,
): Promise<number> {
  const [few, many] = [
    await consumed(bench, topics[0], model, root),
    await consumed(bench, topics[1], model, root),
  ];
  return ((many.cpuSeconds - few.cpuSeconds) * 1000) / (many.said.frames - few.said.frames);
}

function consumed(bench: StackBench, topic: string, model: string, root?: string): Promise<Ran<Consumed>> {
  const where = [
    '--topic',
    topic,
    '--group',
    bench.fresh('group'),
    '--store',
    `${bench.mongo}/${bench.fresh('db')}`,
  ];
  return mvs<Consumed>(bench, ['consume', '--until-drained', '--model', model, ...where], { root });
}

async function runMs(
  bench: StackBench,
  clips: readonly string[],
  { model }: Network,
  root?: string,
): Promise<number> {
  const where = ['--topic', bench.fresh('topic'), '--group', bench.fresh('group')];
  const stack = ['--brokers', bench.brokers, '--store', `${bench.mongo}/${bench.fresh('db')}`];
  const args = ['run', ...clips, '--every', '1', '--model', model, ...where, ...stack];
  const ran = await mvs<{ consumed: { frames: number } }>(bench, args, { root });
  return (ran.cpuSeconds * 1000) / ran.said.consumed.frames;
}

/** The CPU milliseconds of decoding and of inference, each alone. */
async function aloneMs(bench: StackBench, { model }: Network, clips: readonly string[]): Promise<number> {
  const decode = await script<Alone>(bench, 'alone.ts', ['decode', model, ...clips]);
  const infer = await script<Alone>(bench, 'alone.ts', ['infer', model]);
  return decode.said.cpuMilliseconds + infer.said.cpuMilliseconds;
}
