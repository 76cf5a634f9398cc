/** `npm run bench`: compares mvs with the Python program that it replaces. See docs/performance.md. */
import { parseArgs } from 'node:util';
import { benchBefore } from './benches/before.js';
import { benchConsume } from './benches/consume.js';
import { benchDetect } from './benches/detect.js';
import { benchEngines } from './benches/engines.js';
import { benchGrowth } from './benches/growth.js';
import { benchMemory } from './benches/memory.js';
import { benchObjects } from './benches/objects.js';
import { benchProcesses } from './benches/processes.js';
import { benchProduce } from './benches/produce.js';
import { benchQuery } from './benches/query.js';
import { benchRun } from './benches/run.js';
import { benchSparse } from './benches/sparse.js';
import { benchStorage } from './benches/storage.js';
import { benchStartup } from './benches/startup.js';
import { benchVersions } from './benches/versions.js';
import { openBench, openStackBench } from './lib/bench.js';
import { report } from './lib/report.js';
import { stopOnSignals, untilStopped } from './lib/stop.js';
import type { Findings } from './lib/results.js';

const benches = {
  consume: benchConsume,
  run: benchRun,
  produce: benchProduce,
  processes: benchProcesses,
  startup: benchStartup,
  query: benchQuery,
  memory: benchMemory,
  engines: benchEngines,
  growth: benchGrowth,
};
/** These need no baseline; `detect` downloads a few packages. */
const ownBenches = {
  versions: benchVersions,
  storage: benchStorage,
  objects: benchObjects,
  detect: benchDetect,
  before: benchBefore,
  sparse: benchSparse,
};
type Name = keyof typeof benches | keyof typeof ownBenches;
const isOwn = (name: Name): name is keyof typeof ownBenches => name in ownBenches;
const all = [...Object.keys(benches), ...Object.keys(ownBenches)] as Name[];
/** Without those that need another checkout. */
const usual = all.filter((name) => name !== 'before' && name !== 'sparse');

const usage = `npm run bench -- [--rounds N] [--clips FOLDER] [--before FOLDER] [--dry] [NAME…]
Names: ${all.join(', ')}; by default all but before and sparse, which compare with the build in the folder that --before names. ${Object.keys(ownBenches).join(' and ')} need no baseline. --dry prints the results and writes no files.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    clips: { type: 'string' },
    before: { type: 'string' },
    dry: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const names = positionals.length > 0 ? (positionals as Name[]) : usual;
if (values.help || names.some((name) => !all.includes(name))) {
  process.stderr.write(usage);
  process.exit(values.help ? 0 : 2);
}

const stop = stopOnSignals();
const rounds = Number(values.rounds);
async function measured(name: Name, work: Promise<Findings>): Promise<void> {
  const findings = await work;
  process.stdout.write(`${JSON.stringify({ [name]: findings }, undefined, 2)}\n`);
  if (!values.dry) await report(name, findings, rounds);
}

const options = { rounds, before: values.before, signal: stop };
async function measureAll(): Promise<void> {
  if (names.every(isOwn)) {
    await using bench = await openStackBench(options);
    for (const name of names) await untilStopped(measured(name, ownBenches[name](bench)), stop);
  } else {
    await using bench = await openBench({ ...options, clips: values.clips });
    for (const name of names) {
      const work = isOwn(name) ? ownBenches[name](bench) : benches[name](bench);
      await untilStopped(measured(name, work), stop);
    }
  }
}

try {
  await measureAll();
} catch (error) {
  if (!stop.aborted) throw error;
  process.stderr.write('stopped\n');
  // Ends what does not listen to the signal too.
  process.exit(130);
}
