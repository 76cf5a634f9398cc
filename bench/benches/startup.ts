import type { Bench } from '../lib/bench.js';
import { mvsText } from '../lib/commands.js';
import { newTopic, produce } from '../lib/programs.js';
import { limit, spreadRow, type Findings } from '../lib/results.js';

const runs = 9;

/** Wall time of interactive commands on a running stack, in seconds. */
export async function benchStartup(bench: Bench): Promise<Findings> {
  const topic = await newTopic(bench);
  await produce(bench, topic, [bench.clips.short]);
  const of = ['--topic', topic];
  const commands: Record<string, string[]> = {
    'mvs --help': ['--help'],
    'mvs lag --json': ['lag', ...of, '--json'],
    'mvs query --json': ['query', '--json'],
    'mvs topic:list --json': ['topic:list', '--json'],
    'mvs dlq:list --json': ['dlq:list', ...of, '--json'],
    'mvs consume --help': ['consume', '--help'],
  };
  const seconds = new Map<string, number[]>();
  for (let n = 0; n < runs; n++) {
    for (const [name, args] of Object.entries(commands)) {
      const { wallSeconds } = await mvsText(bench, args);
      seconds.set(name, [...(seconds.get(name) ?? []), wallSeconds]);
    }
  }
  const took = (name: string): number[] => seconds.get(name) ?? [];
  const rows = [...seconds].map(([name, values]) => spreadRow(`\`${name}\``, values, 2));
  return {
    limits: [
      limit('`mvs --help`, wall time', 's', took('mvs --help'), 0.4),
      limit('`mvs lag --json` on a running stack, wall time', 's', took('mvs lag --json'), 1),
    ],
    tables: [
      { title: `Start-up, wall seconds of ${runs} runs`, head: ['command', 'min', 'median', 'max'], rows },
    ],
  };
}
