import { MongoClient, type Db } from 'mongodb';
import type { Bench } from '../lib/bench.js';
import { mvs } from '../lib/commands.js';
import { limit, spreadRow, type Findings } from '../lib/results.js';
import { fillVideo } from '../lib/fill-video.js';
import { openMongo } from '../../src/core/store/mongo.js';

const runs = 7;
/** Records of one video. */
const framesEach = 10_000;

/** `mvs query VIDEO` on a database with very many records. */
export async function benchQuery(bench: Bench): Promise<Findings> {
  const url = `${bench.mongo}/${bench.fresh('db')}`;
  await using store = await openMongo(url);
  const rows: string[][] = [];
  let seconds: number[] = [];
  let videos = 0;
  for (const records of [100_000, 1_000_000]) {
    bench.log(`query: filling up to ${records} records`);
    while (videos * framesEach < records) await fillVideo(store, `video-${videos++}`, framesEach);
    seconds = [];
    for (let n = 0; n < runs; n++) {
      const { wallSeconds } = await mvs(bench, ['query', `video-${n}`, '--store', url]);
      seconds.push(wallSeconds);
    }
    rows.push(spreadRow(String(records), seconds, 2));
  }
  return {
    limits: [limit('query of one video among 1,000,000 records, wall time', 's', seconds, 0.5)],
    tables: [
      {
        title: `\`mvs query VIDEO\` of ${framesEach} records, wall seconds of ${runs} runs`,
        head: ['records in all', 'min', 'median', 'max'],
        rows,
        note: await planOf(url),
      },
    ],
  };
}

/** The query plan of the database for one video. */
async function planOf(url: string): Promise<string> {
  await using client = await MongoClient.connect(url);
  const indexes = await indexesOf(client.db());
  try {
    const plan = await client
      .db()
      .collection('video-1')
      .find({ frame: { $lte: 100 } })
      .explain('queryPlanner');
    return `${indexes} Plan: ${JSON.stringify(plan)}`;
  } catch (error) {
    return `${indexes} This database has no plan to show: ${String(error)}.`;
  }
}

async function indexesOf(db: Db): Promise<string> {
  const indexes = await db.collection('video-1').indexes();
  const keys = indexes.map(({ key, unique }) => `${JSON.stringify(key)}${unique === true ? ' unique' : ''}`);
  return `Indexes of a video's collection: ${keys.join(', ')}.`;
}
