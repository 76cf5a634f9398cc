import type { Bench } from '../lib/bench.js';
import { mvs } from '../lib/commands.js';
import { baselineConsume, baselineProduce, newTopic, perSecond } from '../lib/programs.js';
import { ratio, type Findings, type Ratio } from '../lib/results.js';

/** The number of published frames that the baseline classifies. */
const baselineFrames = 288;

/** 1080p clips from file to record: the whole `mvs run`, compared with both programs of the baseline one after the other. */
export async function benchRun(bench: Bench): Promise<Findings> {
  return { ratios: [...(await everyNth(bench, 1)), ...(await everyNth(bench, 3))] };
}

async function everyNth(bench: Bench, every: number): Promise<Ratio[]> {
  const [fp32, int8, baseline]: [number[], number[], number[]] = [[], [], []];
  for (let n = 1; n <= bench.rounds; n++) {
    baseline.push(await baselineRun(bench, every));
    fp32.push(await mvsRun(bench, every, 'efficientnet-lite0'));
    int8.push(await mvsRun(bench, every, 'efficientnet-lite0-int8'));
    const last = [baseline, fp32, int8].map((all) => all.at(-1)?.toFixed(1));
    bench.log(`run, every ${every}, ${n}/${bench.rounds}: ${last.join(' ')}`);
  }
  const what = `\`run --every ${every}\`, 1080p`;
  return [
    ratio(`${what}, fp32 ÷ baseline produce + consume`, fp32, baseline, 12),
    ratio(`${what}, int8 ÷ baseline produce + consume`, int8, baseline),
  ];
}

async function baselineRun(bench: Bench, every: number): Promise<number> {
  const topic = await newTopic(bench);
  const published = await baselineProduce(bench, topic, bench.clips.large, every);
  const consumed = await baselineConsume(bench, topic, baselineFrames);
  return 1 / (1 / perSecond(published) + 1 / perSecond(consumed));
}

/** Frames per second of wall time of the whole command, including its start and loading of the network. */
async function mvsRun(bench: Bench, every: number, model: string): Promise<number> {
  const where = ['--topic', bench.fresh('topic'), '--group', bench.fresh('group')];
  const stack = ['--brokers', bench.brokers, '--store', `${bench.mongo}/${bench.fresh('db')}`];
  const what = [...bench.clips.large, '--every', String(every), '--model', model];
  const ran = await mvs<{ consumed: { frames: number } }>(bench, ['run', ...what, ...where, ...stack]);
  return ran.said.consumed.frames / ran.wallSeconds;
}
