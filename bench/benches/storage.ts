import { BSON, MongoClient } from 'mongodb';
import { openMongo } from '../../src/core/store/mongo.js';
import { storeLayouts, type StoreLayout } from '../../src/core/store/defaults.js';
import type { ModelVersion } from '../../src/core/frames/model-version.js';
import type { StackBench } from '../lib/bench.js';
import { mvs } from '../lib/commands.js';
import { fillVideo } from '../lib/fill-video.js';
import { limit, spreadRow, type Findings, type Limit } from '../lib/results.js';

const runs = 9;
const [videos, framesEach] = [50, 10_000];
const versions: readonly ModelVersion[] = [
  { name: 'efficientnet-lite0', digest: 'a'.repeat(64), facts: {} },
  { name: 'efficientnet-lite0-int8', digest: 'b'.repeat(64), facts: {} },
];

/**
 * What a second model version costs in the database: bytes per frame, and the time of `mvs query VIDEO` of the active version among
 * 1,000,000 records of two versions, against the same 500,000 records of it alone.
 */
export async function benchStorage(bench: StackBench): Promise<Findings> {
  const limits: Limit[] = [];
  const bytes: string[][] = [];
  const times: string[][] = [];
  for (const layout of storeLayouts) {
    const [one, two] = [await filled(bench, layout, 1), await filled(bench, layout, 2)];
    const seconds = { one: [] as number[], two: [] as number[] };
    for (let n = 0; n < runs; n++) {
      for (const [to, url] of [
        [seconds.one, one],
        [seconds.two, two],
      ] as const)
        to.push((await mvs(bench, ['query', `video-${n}`, '--store', url])).wallSeconds);
    }
    limits.push(
      limit(
        `query among two versions / one version, ${layout}`,
        '×',
        quotients(seconds.two, seconds.one),
        1.1,
      ),
    );
    times.push(
      spreadRow(`${layout}, one version`, seconds.one, 2),
      spreadRow(`${layout}, two`, seconds.two, 2),
    );
    bytes.push([layout, await bytesPerFrame(one), await bytesPerFrame(two)]);
  }
  const title = `\`mvs query VIDEO\` of ${framesEach} records among ${videos} videos, wall seconds of ${runs} runs`;
  return {
    limits,
    tables: [
      { title, head: ['database', 'min', 'median', 'max'], rows: times },
      {
        title: 'BSON bytes of the documents of a frame, indexes and compression excluded',
        head: ['layout', 'one version', 'two versions'],
        rows: bytes,
      },
    ],
  };
}

function quotients(above: readonly number[], below: readonly number[]): number[] {
  return above.map((value, n) => value / (below[n] ?? Number.NaN));
}

async function filled(bench: StackBench, layout: StoreLayout, count: number): Promise<string> {
  const url = `${bench.mongo}/${bench.fresh('db')}`;
  bench.log(`storage: filling ${layout} with ${count * videos * framesEach} records`);
  await using store = await openMongo(url, layout);
  for (let n = 0; n < videos; n++) await fillVideo(store, `video-${n}`, framesEach, versions.slice(0, count));
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
