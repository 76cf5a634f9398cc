import type { Bench } from '../lib/bench.js';
import { consume, newTopic, produce } from '../lib/programs.js';
import { limit, type Findings } from '../lib/results.js';

const frames = 10_000;

/** Memory of the process and its children during a long run, in MiB. */
export async function benchMemory(bench: Bench): Promise<Findings> {
  const topic = await newTopic(bench);
  for (let published = 0, n = 0; published < frames; n++) {
    // Each copy has its own name, because the frames of a name are stored once.
    const names = bench.clips.usual.flatMap((_, i) => ['--name', `clip-${n}-${i}`]);
    const { said } = await produce(bench, topic, bench.clips.usual, ['--every', '1', ...names]);
    published += said.frames;
  }
  const consumed = await consume(bench, topic, ['--threads', '3'], { memory: true });
  const large = await newTopic(bench);
  const produced = await produce(bench, large, bench.clips.large, ['--every', '1'], { memory: true });
  const { memory } = consumed;
  // Without the start, in which the networks are loaded.
  const steady = memory.slice(Math.floor(memory.length / 10));
  const third = Math.floor(steady.length / 3);
  const growth = mean(steady.slice(-third)) / mean(steady.slice(0, third));
  return {
    limits: [
      limit(
        `consume --threads 3 over ${consumed.said.frames} frames, peak memory`,
        'MiB',
        [peak(memory)],
        1500,
      ),
      limit('the same, mean of the last third ÷ mean of the first third', '×', [growth], 1.1),
      limit('produce of three 1080p clips with its ffmpeg, peak memory', 'MiB', [peak(produced.memory)], 500),
    ],
  };
}

function peak(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
