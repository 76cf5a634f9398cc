import { availableParallelism } from 'node:os';
import type { Bench } from '../lib/bench.js';
import type { Alone } from '../lib/alone.js';
import { script } from '../lib/commands.js';
import { baselineConsume, baselineProduce, consume, newTopic, perSecond, produce } from '../lib/programs.js';
import { ratio, spreadRow, type Findings, type Ratio } from '../lib/results.js';

/** The frames that the baseline reads in a round. mvs reads the whole topic, which is several times as much. */
const baselineFrames = 480;
const int8 = 'efficientnet-lite0-int8';
const fp32 = 'efficientnet-lite0';

/** Frames per second of each program in one round, and the maximum that the cores allow. */
interface Round {
  readonly baseline: number;
  readonly baselineOwn: number;
  readonly fp32: number;
  readonly int8: number;
  readonly fp32Narrow: number;
  readonly int8Narrow: number;
  readonly resnet50: number;
  readonly limitFp32: number;
  readonly limitInt8: number;
}

/** Consumers of mvs and of the baseline, in turn, on the same messages. */
export async function benchConsume(bench: Bench): Promise<Findings> {
  const { usual } = bench.clips;
  const [full, narrow, few, own] = [
    await newTopic(bench),
    await newTopic(bench),
    await newTopic(bench),
    await newTopic(bench),
  ];
  // Published twice, so that the start of a consumer has little weight.
  for (const part of ['a', 'b']) {
    const names = usual.flatMap((_, i) => ['--name', `clip-${part}${i}`]);
    await produce(bench, full, usual, ['--every', '1', ...names]);
    await produce(bench, narrow, usual, ['--every', '1', '--width', '256', ...names]);
  }
  await produce(bench, few, usual, ['--every', '4']);
  await baselineProduce(bench, own, usual, 1);
  const rounds: Round[] = [];
  for (let n = 1; n <= bench.rounds; n++) {
    const mvs = async (topic: string, model: string): Promise<number> =>
      perSecond(await consume(bench, topic, ['--model', model]));
    const baseline = async (topic: string): Promise<number> =>
      perSecond(await baselineConsume(bench, topic, baselineFrames));
    const round = {
      baseline: await baseline(full),
      fp32: await mvs(full, fp32),
      int8: await mvs(full, int8),
      baselineOwn: await baseline(own),
      fp32Narrow: await mvs(narrow, fp32),
      int8Narrow: await mvs(narrow, int8),
      resnet50: await mvs(few, bench.resnet50),
      ...(await possible(bench)),
    };
    bench.log(`consume ${n}/${bench.rounds} ${JSON.stringify(round)}`);
    rounds.push(round);
  }
  return findings(rounds);
}

/** cores ÷ (CPU seconds to decode + CPU seconds to infer one frame), each measured alone with all cores busy. */
async function possible(bench: Bench): Promise<Pick<Round, 'limitFp32' | 'limitInt8'>> {
  const cores = availableParallelism();
  // Both networks have the same preprocessing.
  const decode = await script<Alone>(bench, 'alone.ts', ['decode', fp32, ...bench.clips.usual]);
  const withModel = async (model: string): Promise<number> => {
    const infer = await Promise.all(
      Array.from({ length: cores }, () => script<Alone>(bench, 'alone.ts', ['infer', model])),
    );
    const inferMs = infer.reduce((sum, { said }) => sum + said.cpuMilliseconds, 0) / cores;
    return (cores * 1000) / (decode.said.cpuMilliseconds + inferMs);
  };
  return { limitFp32: await withModel(fp32), limitInt8: await withModel(int8) };
}

function findings(rounds: readonly Round[]): Findings {
  const all = (name: keyof Round): number[] => rounds.map((round) => round[name]);
  const against = (what: string, above: keyof Round, below: keyof Round, atLeast: number): Ratio =>
    ratio(what, all(above), all(below), atLeast);
  const names = Object.keys(rounds[0] ?? {}) as (keyof Round)[];
  const rows = names.map((name) => spreadRow(titles[name], all(name)));
  return {
    ratios: [
      against('consume, the same full-size messages, fp32 ÷ baseline', 'fp32', 'baseline', 8.5),
      against('consume, the same full-size messages, int8 ÷ baseline', 'int8', 'baseline', 10.5),
      against('consume, `--width 256`, fp32 ÷ baseline on its own messages', 'fp32Narrow', 'baselineOwn', 12),
      against('consume, `--width 256`, int8 ÷ baseline on its own messages', 'int8Narrow', 'baselineOwn', 15),
      against('consume, ResNet50 in both ÷ baseline', 'resnet50', 'baseline', 1.8),
      against('consume, fp32 ÷ what decoding and inference alone allow', 'fp32', 'limitFp32', 0.85),
      against('consume, int8 ÷ what decoding and inference alone allow', 'int8', 'limitInt8', 0.85),
    ],
    tables: [{ title: 'Consume, frames/s', head: ['', 'min', 'median', 'max'], rows }],
  };
}

const titles: Record<keyof Round, string> = {
  baseline: 'baseline, messages of mvs at full size',
  baselineOwn: 'baseline, its own messages',
  fp32: 'mvs fp32, full size',
  int8: 'mvs int8, full size',
  fp32Narrow: 'mvs fp32, --width 256',
  int8Narrow: 'mvs int8, --width 256',
  resnet50: 'mvs, ResNet50 of the baseline, full size',
  limitFp32: 'cores ÷ (decode + infer), fp32',
  limitInt8: 'cores ÷ (decode + infer), int8',
};
