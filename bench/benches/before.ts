import { workFolder, type StackBench } from '../lib/bench.js';
import { bundledClips } from '../lib/clips.js';
import { mvs, script } from '../lib/commands.js';
import { ratio, spreadRow, type Findings, type Ratio } from '../lib/results.js';
import type { TwoBuilds } from '../lib/two-builds.js';

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

/** CPU per frame of an earlier build, whose folder `--before` names, and of this one, in turn. */
export async function benchBefore(bench: StackBench): Promise<Findings> {
  const { before } = bench;
  if (before === undefined) throw new Error('name a folder with a built checkout: --before FOLDER');
  const [ratios, rows]: [Ratio[], string[][]] = [[], []];
  const add = (what: string, { then, now }: TwoBuilds, atLeast: number): void => {
    ratios.push(ratio(`CPU of ${what}: before ÷ now`, then, now, atLeast));
    rows.push(spreadRow(`${what}, before`, then, 2), spreadRow(`${what}, now`, now, 2));
  };
  for (const { width, height } of sizes) {
    const clips = await bundledClips(workFolder, width, height);
    for (const { model, name, atLeast } of networks) {
      const { said } = await script<TwoBuilds>(bench, 'two-builds.ts', [before, model, ...clips]);
      add(`decoding and inference, ${width}×${height}, ${name}`, said, atLeast);
      if (width !== 1920) continue;
      add(`\`run --every 1\`, 1080p, ${name}`, await wholeRuns(bench, clips, model, before), 1.2);
    }
  }
  const head = ['', 'min', 'median', 'max'];
  return { ratios, tables: [{ title: 'An earlier build and this one, CPU ms per frame', head, rows }] };
}

/** Each round begins with the build that was second in the last one. */
async function wholeRuns(
  bench: StackBench,
  clips: readonly string[],
  model: string,
  before: string,
): Promise<TwoBuilds> {
  const costs = { then: [] as number[], now: [] as number[] };
  const measure = async (build: keyof typeof costs): Promise<void> => {
    const root = build === 'then' ? before : undefined;
    const where = ['--topic', bench.fresh('topic'), '--group', bench.fresh('group')];
    const stack = ['--brokers', bench.brokers, '--store', `${bench.mongo}/${bench.fresh('db')}`];
    const args = ['run', ...clips, '--every', '1', '--model', model, ...where, ...stack];
    const { said, cpuSeconds } = await mvs<{ consumed: { frames: number } }>(bench, args, { root });
    costs[build].push((cpuSeconds * 1000) / said.consumed.frames);
  };
  for (let n = 0; n < bench.rounds; n++) {
    for (const build of n % 2 === 0 ? (['then', 'now'] as const) : (['now', 'then'] as const))
      await measure(build);
    bench.log(`before, run ${model}, ${n + 1}/${bench.rounds}: ${JSON.stringify(costs)}`);
  }
  return costs;
}
