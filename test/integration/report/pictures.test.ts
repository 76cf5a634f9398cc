import { expect, it } from 'vitest';
import { fingerprint } from '../../../src/core/extract/fingerprint.js';
import type { DetectedObject } from '../../../src/core/frames/frame.js';
import { picturesOf } from '../../../src/core/report/pictures.js';
import { endOf, record } from '../../contract/store/store.js';
import { freshStore } from '../../support/fresh.js';
import {
  extractAll,
  make,
  numbered,
  numberShown,
  sourceOf,
  temporaryFolder,
} from '../extract/extract-clips.js';

const at = temporaryFolder();
const { signal } = new AbortController();

const segment = (firstFrame: number, lastFrame: number) => {
  return { firstFrame, lastFrame, firstTime: firstFrame / 24, lastTime: lastFrame / 24 };
};
const objects: readonly DetectedObject[] = [
  { label: 'Car', classIndex: 2, confidence: 0.5, box: [0.1, 0.2, 0.3, 0.4] },
];

it('pictures of a detector are those of the stored frames nearest to the middle, whose objects they have', async () => {
  // Most times of frames are no whole milliseconds.
  const clip = await make(at('clip.mp4'), ...numbered({ frames: 30, fps: 24 }), '-c:v', 'libx264');
  const store = await freshStore();
  const end = { ...endOf('v', 4, 30), source: clip, fingerprint: await fingerprint(sourceOf(clip)) };
  await store.claim(end);
  await store.finish(end);
  const { frames } = await extractAll(clip, { every: 4 });
  await store.save(frames.map(({ frame, time }) => record('v', frame, { time, objects })));
  const info = await store.video('v');
  if (!info) throw new Error('no video');

  // Together they are read in one pass, alone by a seek.
  const spans = [segment(4, 12), segment(16, 20), segment(24, 28), segment(8, 8)];
  for (const together of [spans, ...spans.map((each) => [each])]) {
    const withPicture = await picturesOf(info, together, { detected: store, signal });
    const nearest = new Map([
      [spans[0], [8]],
      [spans[1], [16, 20]],
      [spans[2], [24, 28]],
      [spans[3], [8]],
    ]);
    for (const span of together) {
      const { thumbnail = '', shown } = withPicture(span);
      expect(shown).toMatchObject({ objects });
      expect(nearest.get(span)).toContain(shown?.frame);
      expect(await numberShown(Buffer.from(thumbnail, 'base64'))).toBe(shown?.frame);
    }
  }
});
