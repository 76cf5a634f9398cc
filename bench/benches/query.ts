import { MongoClient, type Db } from 'mongodb';
import type { Bench } from '../lib/bench.js';
import { mvs } from '../lib/commands.js';
import { limit, type Findings } from '../lib/results.js';
import { spread } from '../lib/stats.js';
import { openMongo } from '../../src/core/store/mongo.js';
import type { FrameRecord } from '../../src/core/frame.js';
import type { RecordStore } from '../../src/core/store/port.js';

const runs = 7;
const every = 1;
const fingerprint = 'ab'.repeat(32);

/** `mvs query VIDEO` where the database holds very many records. */
export async function benchQuery(bench: Bench): Promise<Findings> {
  const url = `${bench.mongo}/${bench.fresh('db')}`;
  await using store = await openMongo(url);
  const rows: (string | number)[][] = [];
  const limits = [];
  let stored = 0;
  let videos = 0;
  for (const [wanted, framesEach] of [
    [100_000, 10_000],
    [1_000_000, 10_000],
  ] as const) {
    bench.tell(`query: filling up to ${wanted} records`);
    for (; stored < wanted; stored += framesEach) await fill(store, `video-${videos++}`, framesEach);
    const seconds: number[] = [];
    for (let n = 0; n < runs; n++) {
      const { wallSeconds } = await mvs(bench, ['query', `video-${n}`, '--store', url]);
      seconds.push(wallSeconds);
    }
    const { min, median, max } = spread(seconds);
    rows.push([wanted, framesEach, ...[min, median, max].map((x) => x.toFixed(2))]);
    if (wanted === 1_000_000) {
      limits.push(limit('query of one video among 1,000,000 records, wall time', 's', seconds, 0.5));
    }
  }
  return {
    limits,
    tables: [
      {
        title: `\`mvs query VIDEO\`, wall seconds of ${runs} runs`,
        head: ['records', 'of the video', 'min', 'median', 'max'],
        rows,
        note: await planOf(url),
      },
    ],
  };
}

async function fill(store: RecordStore, video: string, frames: number): Promise<void> {
  await store.claim({ video, fingerprint, every });
  const batch = 1000;
  for (let start = 0; start < frames; start += batch) {
    const records = Array.from({ length: batch }, (_, i): FrameRecord => {
      const frame = start + i + 1;
      const classIndex = Math.floor(frame / 40) % 20;
      const what = { label: `label ${classIndex}`, classIndex, confidence: (frame % 100) / 100 };
      return { video, frame, ...what, time: frame / 25, model: 'none', processedAt: new Date() };
    });
    await store.save(records);
  }
  const totals = { source: video, framesDecoded: frames, framesPublished: frames, damaged: false };
  await store.finish({ video, fingerprint, every, ...totals, width: 640, height: 360, fps: 25 });
}

/** What the database says of how it reads one video. */
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
