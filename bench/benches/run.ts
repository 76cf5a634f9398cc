import type { Bench } from '../lib/bench.js';
import { mvs } from '../lib/commands.js';
import { baselineConsume, baselineProduce, newTopic } from '../lib/programs.js';
import { ratio, type Findings } from '../lib/results.js';

/** What the baseline classifies of the frames that it has published. */
const baselineFrames = 288;

/** 1080p clips from file to record: `mvs run` with all that it does, against both programs of the baseline one after the other. */
export async function benchRun(bench: Bench): Promise<Findings> {
  const { large } = bench.clips;
  const [fp32, int8, baseline]: [number[], number[], number[]] = [[], [], []];
  const whole = async (model: string): Promise<number> => {
    const where = ['--topic', bench.fresh('topic'), '--group', bench.fresh('group')];
    const stack = ['--brokers', bench.brokers, '--store', `${bench.mongo}/${bench.fresh('db')}`];
    const ran = await mvs<{ consumed: { frames: number } }>(bench, [
      'run',
      ...large,
      ...where,
      ...stack,
      '--model',
      model,
    ]);
    return ran.said.consumed.frames / ran.wallSeconds;
  };
  for (let n = 1; n <= bench.rounds; n++) {
    const topic = await newTopic(bench);
    const published = await baselineProduce(bench, topic, large);
    const consumed = await baselineConsume(bench, topic, baselineFrames);
    const secondsPerFrame =
      published.said.seconds / published.said.frames + consumed.said.seconds / consumed.said.frames;
    baseline.push(1 / secondsPerFrame);
    fp32.push(await whole('efficientnet-lite0'));
    int8.push(await whole('efficientnet-lite0-int8'));
    bench.tell(
      `run ${n}/${bench.rounds} ${[baseline, fp32, int8].map((all) => all.at(-1)?.toFixed(1)).join(' ')}`,
    );
  }
  return {
    ratios: [
      ratio('run, 1080p, fp32 ÷ baseline produce + consume', fp32, baseline, 12),
      ratio('run, 1080p, int8 ÷ baseline produce + consume', int8, baseline),
    ],
  };
}
