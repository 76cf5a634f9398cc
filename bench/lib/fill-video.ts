import type { FrameRecord } from '../../src/core/frames/frame.js';
import type { ModelVersion } from '../../src/core/frames/model-version.js';
import type { RecordStore } from '../../src/core/store/port.js';

const sampling = 'every=1';
const fingerprint = 'ab'.repeat(32);
const batch = 1000;

/** Stores a complete video, with a record of each version for each frame; without versions, of a model that is only named. */
export async function fillVideo(
  store: RecordStore,
  video: string,
  frames: number,
  versions: readonly ModelVersion[] = [],
): Promise<void> {
  await store.claim({ video, fingerprint, sampling });
  const results = versions.length === 0 ? [store] : versions.map((version) => store.of(version));
  for (let start = 0; start < frames; start += batch) {
    const numbers = Array.from({ length: Math.min(batch, frames - start) }, (_, i) => start + i + 1);
    for (const each of results)
      await each.save(numbers.map((frame) => recordOf(video, frame, each.version?.name ?? 'none')));
  }
  const totals = { source: video, framesDecoded: frames, framesPublished: frames, damaged: false };
  await store.finish({ video, fingerprint, sampling, ...totals, width: 640, height: 360, fps: 25 });
}

function recordOf(video: string, frame: number, model: string): FrameRecord {
  const classIndex = Math.floor(frame / 40) % 20;
  const what = { label: `label ${classIndex}`, classIndex, confidence: (frame % 100) / 100 };
  return { video, frame, ...what, time: frame / 25, model, processedAt: new Date() };
}
