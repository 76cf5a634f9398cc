import type { Bench } from '../lib/bench.js';
import type { Ran } from '../lib/commands.js';
import { baselineProduce, newTopic, perSecond, produce, type Consumed } from '../lib/programs.js';
import { ratio, spreadRow, type Findings } from '../lib/results.js';

const kinds = ['baseline', 'full', 'narrow'] as const;
type Kind = (typeof kinds)[number];

/** Producers of mvs and of the baseline, in turn, on every third frame of the same clips. */
export async function benchProduce(bench: Bench): Promise<Findings> {
  const { long } = bench.clips;
  const rounds: Record<Kind, Ran<Consumed>>[] = [];
  for (let n = 1; n <= bench.rounds; n++) {
    // Each round has its own topics, so that it does not find a broker that another round has filled.
    const round = {
      baseline: await baselineProduce(bench, await newTopic(bench), long),
      full: await produce(bench, await newTopic(bench), long),
      narrow: await produce(bench, await newTopic(bench), long, ['--width', '256']),
    };
    bench.log(
      `produce ${n}/${bench.rounds} ${kinds.map((kind) => perSecond(round[kind]).toFixed(0)).join(' ')}`,
    );
    rounds.push(round);
  }
  const speed = (kind: Kind): number[] => rounds.map((round) => perSecond(round[kind]));
  const cpu = (kind: Kind): number[] =>
    rounds.map((round) => (round[kind].cpuSeconds * 1000) / round[kind].said.frames);
  return {
    ratios: [
      ratio('produce, full size ÷ baseline', speed('full'), speed('baseline'), 1.3),
      ratio('CPU per frame: baseline ÷ produce, full size', cpu('baseline'), cpu('full'), 1),
      ratio('produce, `--width 256` ÷ baseline', speed('narrow'), speed('baseline'), 2),
    ],
    tables: [
      {
        title: 'Produce, every third frame of three clips',
        head: ['', 'min', 'median', 'max'],
        rows: [
          spreadRow('baseline, frames/s', speed('baseline')),
          spreadRow('mvs at full size, frames/s', speed('full')),
          spreadRow('mvs --width 256, frames/s', speed('narrow')),
          spreadRow('baseline, CPU ms per frame', cpu('baseline')),
          spreadRow('mvs at full size, CPU ms per frame', cpu('full')),
          spreadRow('mvs --width 256, CPU ms per frame', cpu('narrow')),
        ],
      },
    ],
  };
}
