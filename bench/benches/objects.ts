import type { DetectedObject, FrameRecord } from '../../src/core/frames/frame.js';
import { noObject } from '../../src/core/frames/frame.js';
import type { ModelVersion } from '../../src/core/frames/model-version.js';
import { openMongo } from '../../src/core/store/mongo.js';
import type { StackBench } from '../lib/bench.js';
import { mvsText } from '../lib/commands.js';
import { limit, spreadRow, type Findings } from '../lib/results.js';

const runs = 9;
const frames = 100_000;
const batch = 1000;
const video = 'street';
const classes = ['person', 'car', 'dog', 'cat', 'chair', 'bicycle', 'bus', 'bird'];
const detector: ModelVersion = { name: 'detector', digest: 'd'.repeat(64), facts: { detect: '{}' } };

/** The frames of one video of 100,000 detections that show at least two persons: the first hundred, and all of them. */
export async function benchObjects(bench: StackBench): Promise<Findings> {
  const url = `${bench.mongo}/${bench.fresh('db')}`;
  bench.log(`objects: filling ${frames} records`);
  await fill(url);
  const query = ['query', video, '--store', url, '--label', 'person', '--min-count', '2'];
  const seconds = { some: [] as number[], all: [] as number[] };
  let found = 0;
  for (let n = 0; n < runs; n++) {
    const some = await mvsText(bench, [...query, '--format', 'ndjson', '--limit', '100']);
    const all = await mvsText(bench, [...query, '--format', 'ndjson']);
    seconds.some.push(some.wallSeconds);
    seconds.all.push(all.wallSeconds);
    found = all.said.trimEnd().split('\n').length;
  }
  return {
    limits: [limit('query by label and count, 100 of 100,000 detections, wall time', 's', seconds.some, 0.5)],
    tables: [
      {
        title: `\`mvs query ${video} --label person --min-count 2\` among ${frames} detections, wall seconds of ${runs} runs`,
        head: ['frames found', 'min', 'median', 'max'],
        rows: [spreadRow('the first 100', seconds.some, 2), spreadRow(`all ${found}`, seconds.all, 2)],
      },
    ],
  };
}

async function fill(url: string): Promise<void> {
  await using store = await openMongo(url);
  const results = store.of(detector);
  const run = { video, fingerprint: 'ab'.repeat(32), sampling: 'every=1' };
  await results.claim(run);
  for (let start = 0; start < frames; start += batch)
    await results.save(Array.from({ length: batch }, (_, n) => recordOf(start + n + 1)));
  const totals = { source: video, framesDecoded: frames, framesPublished: frames, damaged: false };
  await store.finish({ ...run, ...totals, width: 640, height: 360, fps: 25 });
}

/** None to four objects; scenes of 50 frames show two of one class more often than others. */
function recordOf(frame: number): FrameRecord {
  const count = (frame * 7919) % 5;
  const scene = Math.floor(frame / 50);
  const objects = Array.from({ length: count }, (_, n): DetectedObject => {
    const classIndex = (n < 2 ? scene : scene + frame + n) % classes.length;
    const confidence = (95 - 10 * n) / 100;
    return { label: classes[classIndex] ?? '', classIndex, confidence, box: [n / 10, 0.1, 0.2, 0.3] };
  });
  const { label, classIndex, confidence } = objects[0] ?? noObject;
  const what = { label, classIndex, confidence, objects };
  return { video, frame, ...what, time: frame / 25, model: detector.name, processedAt: new Date() };
}
