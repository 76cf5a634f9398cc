import type { Bench } from '../lib/bench.js';
import { baselineConsume, baselineProduce, consume, newTopic, perSecond, produce } from '../lib/programs.js';
import type { Findings, Table } from '../lib/results.js';

/** How the cost grows with the number of videos, their size, consumers and batch size. */
export async function benchGrowth(bench: Bench): Promise<Findings> {
  return {
    tables: [await byVideos(bench), await bySize(bench), await byThreads(bench), await byBatch(bench)],
  };
}

async function byVideos(bench: Bench): Promise<Table> {
  const rows: (string | number)[][] = [];
  for (const count of [1, 10, 100]) {
    bench.log(`growth: ${count} videos`);
    const topic = await newTopic(bench);
    const clips = Array.from({ length: count }, () => bench.clips.short);
    const names = clips.flatMap((_, i) => ['--name', `clip-${i}`]);
    const produced = await produce(bench, topic, clips, names);
    const consumed = await consume(bench, topic);
    rows.push([count, produced.said.frames, perSecond(produced).toFixed(0), perSecond(consumed).toFixed(0)]);
  }
  return {
    title: 'By videos (132 frames of 1280×720 each, every third)',
    head: ['videos', 'frames', 'produce, frames/s', 'consume, frames/s'],
    rows,
  };
}

async function bySize(bench: Bench): Promise<Table> {
  const rows: (string | number)[][] = [];
  for (const { height, file } of bench.clips.heights) {
    bench.log(`growth: ${height}p`);
    const [topic, narrow, own] = [await newTopic(bench), await newTopic(bench), await newTopic(bench)];
    const full = await produce(bench, topic, [file]);
    const small = await produce(bench, narrow, [file], ['--width', '256']);
    const theirs = await baselineProduce(bench, own, [file]);
    const rates = [full, small, theirs, await consume(bench, topic), await consume(bench, narrow)].map(
      perSecond,
    );
    const baseline = perSecond(await baselineConsume(bench, own, 96));
    rows.push([`${height}p`, ...[...rates, baseline].map((rate) => rate.toFixed(0))]);
  }
  return {
    title: 'By size of the video, frames/s (one clip, every third frame)',
    head: ['size', 'produce', '--width 256', 'baseline', 'consume', '--width 256', 'baseline'],
    rows,
  };
}

async function byThreads(bench: Bench): Promise<Table> {
  const topic = await newTopic(bench);
  await produce(bench, topic, bench.clips.usual, ['--every', '1']);
  const rows: (string | number)[][] = [];
  for (const threads of [1, 2, 3]) {
    bench.log(`growth: ${threads} threads`);
    const rates = [];
    for (const workers of [1, 2, 3]) {
      const flags = ['--threads', String(threads), '--workers', String(workers)];
      rates.push(perSecond(await consume(bench, topic, flags)).toFixed(0));
    }
    rows.push([threads, ...rates]);
  }
  return {
    title: 'By consumers, frames/s (fp32)',
    head: ['--threads', '--workers 1', '--workers 2', '--workers 3'],
    rows,
  };
}

async function byBatch(bench: Bench): Promise<Table> {
  const topic = await newTopic(bench);
  await produce(bench, topic, bench.clips.usual, ['--every', '2']);
  const rows: (string | number)[][] = [];
  for (const batch of [1, 2, 8, 32, 128]) {
    bench.log(`growth: batch ${batch}`);
    const rates = [];
    for (const model of ['efficientnet-lite0', 'efficientnet-lite0-int8']) {
      const flags = ['--batch', String(batch), '--model', model];
      rates.push(perSecond(await consume(bench, topic, flags)).toFixed(0));
    }
    rows.push([batch, ...rates]);
  }
  return { title: 'By batch, consume, frames/s', head: ['--batch', 'fp32', 'int8'], rows };
}
