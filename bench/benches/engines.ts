import type { Bench } from '../lib/bench.js';
import type { Alone } from '../lib/alone.js';
import { script } from '../lib/commands.js';
import type { EngineSpeed } from '../lib/engine-speed.js';
import type { Findings } from '../lib/results.js';

const batches = [1, 2, 4, 8, 32, 128];
const networks = [
  ['onnxruntime', 'efficientnet-lite0'],
  ['onnxruntime', 'efficientnet-lite0-int8'],
  ['tfjs-node', 'efficientnet-lite0'],
  ['tfjs-wasm', 'efficientnet-lite0'],
] as const;

/** Each engine alone with one thread, by the number of pictures per run, and decoding alone. */
export async function benchEngines(bench: Bench): Promise<Findings> {
  const rows: (string | number)[][] = [];
  for (const [engine, model] of networks) {
    bench.log(`engine ${engine} ${model}`);
    const { said } = await script<EngineSpeed>(bench, 'engine-speed.ts', [
      engine,
      model,
      ...batches.map(String),
    ]);
    const speeds =
      'missing' in said ? batches.map(() => 'not here') : said.perSecond.map((x) => x.toFixed(1));
    rows.push([`${engine}, ${model}`, ...speeds]);
  }
  const sizes: (string | number)[][] = [];
  for (const { height, file } of bench.clips.heights) {
    const { said } = await script<Alone>(bench, 'alone.ts', ['decode', 'efficientnet-lite0', file]);
    sizes.push([`${height}p`, said.cpuMilliseconds.toFixed(2)]);
  }
  return {
    tables: [
      {
        title: 'Engines alone, one thread, images/s by batch',
        head: ['engine, network', ...batches.map(String)],
        rows,
      },
      {
        title: 'Decoding alone (sharp: JPEG to 224×224), CPU ms per frame',
        head: ['frame', 'CPU ms'],
        rows: sizes,
      },
    ],
  };
}
