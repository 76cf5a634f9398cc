import { MongoClient } from 'mongodb';
import type { Bench } from '../lib/bench.js';
import { mvs } from '../lib/commands.js';
import { newTopic, produce } from '../lib/programs.js';
import { ratio, type Findings } from '../lib/results.js';

/** Three consumers of a group in separate processes, compared with three in one process. */
export async function benchProcesses(bench: Bench): Promise<Findings> {
  const topic = await newTopic(bench);
  await produce(bench, topic, bench.clips.usual, ['--every', '1']);
  const [three, one]: [number[], number[]] = [[], []];
  for (let n = 1; n <= bench.rounds; n++) {
    one.push(await together(bench, topic, 1, 3));
    three.push(await together(bench, topic, 3, 1));
    bench.log(`processes ${n}/${bench.rounds} ${one.at(-1)?.toFixed(1)} ${three.at(-1)?.toFixed(1)}`);
  }
  return { ratios: [ratio('three `consume` processes ÷ one with three threads', three, one, 0.9)] };
}

/** @returns frames per second from the first record to the last, whichever process wrote them */
async function together(bench: Bench, topic: string, processes: number, threads: number): Promise<number> {
  const store = `${bench.mongo}/${bench.fresh('db')}`;
  const where = ['--topic', topic, '--group', bench.fresh('group'), '--store', store];
  const args = ['consume', '--until-drained', ...where, '--threads', String(threads)];
  await Promise.all(Array.from({ length: processes }, () => mvs(bench, args)));
  await using client = await MongoClient.connect(store);
  const times: number[] = [];
  for (const { name } of await client.db().listCollections().toArray()) {
    if (name.startsWith('mvs.')) continue;
    const cursor = client.db().collection<{ processedAt: Date }>(name).find();
    for await (const { processedAt } of cursor) times.push(processedAt.getTime());
  }
  const first = times.reduce((a, b) => Math.min(a, b));
  const last = times.reduce((a, b) => Math.max(a, b));
  // The frames of the first moment were not processed within the measured time.
  return times.filter((time) => time > first).length / ((last - first) / 1000);
}
