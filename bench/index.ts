/** `npm run bench`: compares mvs with the Python program that it replaces. See docs/performance.md. */
import { parseArgs } from 'node:util';
import { benchConsume } from './benches/consume.js';
import { benchEngines } from './benches/engines.js';
import { benchGrowth } from './benches/growth.js';
import { benchMemory } from './benches/memory.js';
import { benchProcesses } from './benches/processes.js';
import { benchProduce } from './benches/produce.js';
import { benchQuery } from './benches/query.js';
import { benchRun } from './benches/run.js';
import { benchStorage } from './benches/storage.js';
import { benchStartup } from './benches/startup.js';
import { openBench } from './lib/bench.js';
import { report } from './lib/report.js';
import type { Findings } from './lib/results.js';

const benches = {
  consume: benchConsume,
  run: benchRun,
  produce: benchProduce,
  processes: benchProcesses,
  startup: benchStartup,
  query: benchQuery,
  storage: benchStorage,
  memory: benchMemory,
  engines: benchEngines,
  growth: benchGrowth,
};
type Name = keyof typeof benches;

const usage = `npm run bench -- [--rounds N] [--clips FOLDER] [--dry] [NAME…]
Names: ${Object.keys(benches).join(', ')}; all of them by default. --dry prints the results and writes no files.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    clips: { type: 'string' },
    dry: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const names = (positionals.length > 0 ? positionals : Object.keys(benches)) as Name[];
if (values.help || names.some((name) => !(name in benches))) {
  process.stderr.write(usage);
  process.exit(values.help ? 0 : 2);
}

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stop.abort();
  });
}
const rounds = Number(values.rounds);
await using bench = await openBench({ rounds, clips: values.clips, signal: stop.signal });
for (const name of names) {
  const findings: Findings = await benches[name](bench);
  process.stdout.write(`${JSON.stringify({ [name]: findings }, undefined, 2)}\n`);
  if (!values.dry) await report(name, findings, rounds);
}
