import { BSON, MongoClient } from 'mongodb';
import { openMongo } from '../../src/core/store/mongo.js';
import { storeLayouts, type StoreLayout } from '../../src/core/store/defaults.js';
import type { ModelVersion } from '../../src/core/frames/model-version.js';
import type { StackBench } from '../lib/bench.js';
import { mvs } from '../lib/commands.js';
import { fillVideo } from '../lib/fill-video.js';
import { limit, spreadRow, type Findings } from '../lib/results.js';

const usual: StoreLayout = 'collection-per-video';
const runs = 9;
const [videos, framesEach] = [50, 10_000];
const versions: readonly ModelVersion[] = [
  { name: 'efficientnet-lite0', digest: 'a'.repeat(64), facts: {} },
  { name: 'efficientnet-lite0-int8', digest: 'b'.repeat(64), facts: {} },
];

/**
 * What a second model version costs in the database: bytes per frame, and the time of `mvs query VIDEO` of the active version among
 * 1,000,000 records of two versions, against the same 500,000 records of it alone. Times only of the usual layout: the local emulator does
 * not use the index of the other one.
 */
export async function benchStorage(bench: StackBench): Promise<Findings> {
  const [one, two] = [await filled(bench, usual, 1), await filled(bench, usual, 2)];
  const seconds = { one: [] as number[], two: [] as number[] };
  for (let n = 0; n < runs; n++) {
    for (const [to, url] of [
      [seconds.one, one],
      [seconds.two, two],
    ] as const)
      to.push((await mvs(bench, ['query', `video-${n}`, '--store', url])).wallSeconds);
  }
  const title = `\`mvs query VIDEO\` of ${framesEach} records among ${videos} videos, wall seconds of ${runs} runs`;
  const rows = [spreadRow('one version', seconds.one, 2), spreadRow('two versions', seconds.two, 2)];
  const bytes = storeLayouts.map(async (layout) => [
    layout,
    await bytesPerFrame(await filled(bench, layout, 1, 1)),
    await bytesPerFrame(await filled(bench, layout, 2, 1)),
  ]);
  return {
    limits: [limit('query among two versions / one version', '×', quotients(seconds.two, seconds.one), 1.1)],
    tables: [
      { title, head: ['database', 'min', 'median', 'max'], rows },
      {
        title: 'BSON bytes of the documents of a frame, indexes and compression excluded',
        head: ['layout', 'one version', 'two versions'],
        rows: await Promise.all(bytes),
      },
    ],
  };
}

function quotients(above: readonly number[], below: readonly number[]): number[] {
  return above.map((value, n) => value / (below[n] ?? Number.NaN));
}

async function filled(bench: StackBench, layout: StoreLayout, count: number, size = videos): Promise<string> {
  const url = `${bench.mongo}/${bench.fresh('db')}`;
  bench.log(`storage: filling ${layout} with ${count * size * framesEach} records`);
  await using store = await openMongo(url, layout);
  for (let n = 0; n < size; n++) await fillVideo(store, `video-${n}`, framesEach, versions.slice(0, count));
  return url;
}

/** Of the records of all versions of one frame. */
async function bytesPerFrame(url: string): Promise<string> {
  await using client = await MongoClient.connect(url);
  let bytes = 0;
  for (const collection of await client.db().collections()) {
    if (!/video-0|mvs\.frames/.test(collection.collectionName)) continue;
    const records = collection.find({ frame: 42, video: { $in: ['video-0', null] } });
    for await (const record of records) bytes += BSON.calculateObjectSize(record);
  }
  return String(bytes);
}
