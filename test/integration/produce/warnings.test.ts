import { expect, it } from 'vitest';
import { silentLog } from '../../../src/core/base/log.js';
import type { SamplingMethod } from '../../../src/core/frames/sampling.js';
import { produce } from '../../../src/core/produce/produce.js';
import { findSources } from '../../../src/core/source/find.js';
import { rtspServer } from '../../support/live.js';
import { freshPorts } from '../../support/pipeline.js';
import { numbered } from '../extract/extract-clips.js';

/** The warnings of producing one input. */
async function warningsOf(input: string, samplingMethod: SamplingMethod, streamIndex?: number) {
  const warnings: string[] = [];
  const { stream } = await freshPorts();
  const { sources } = await findSources([input]);
  const { videos, failed } = await produce(stream, sources, {
    ...{ samplingMethod, streamIndex, partitionBy: 'frame', quality: 3, realtime: false, jobs: 1 },
    ...{ lingerMs: 10, stallMs: 60_000, spoolLimit: 1, reconnectAttempts: 0 },
    signal: new AbortController().signal,
    log: { ...silentLog, warn: (message: string) => warnings.push(message) },
  });
  expect(failed).toEqual([]);
  return { warnings, framesPublished: videos[0]?.framesPublished };
}

it.each([
  [{ every: 3 }, /^"\S+": none of its 2 frames was chosen: .* number 3\. Use --every 2 or less$/],
  [{ every: 1 }, undefined],
])('a file of which no frame is chosen is warned of: %j', async (method, warning) => {
  const { warnings } = await warningsOf('test/fixtures/odd/24-two-frames.mp4', method);
  expect(warnings).toEqual(warning ? [expect.stringMatching(warning)] : []);
});

it('and so is a camera', async () => {
  const { url } = await rtspServer(numbered({ frames: 5 }));
  const { warnings, framesPublished } = await warningsOf(url, { every: 25 });
  expect(framesPublished).toBe(0);
  expect(warnings).toEqual([expect.stringMatching(/none of its 5 frames was chosen/)]);
});

it('a choice among video streams is named, unless it was made', async () => {
  const file = 'test/fixtures/odd/14-cover-first-plain.mp4';
  const { warnings, framesPublished } = await warningsOf(file, { every: 20 });
  expect(framesPublished).toBe(3);
  expect(warnings).toEqual([
    expect.stringMatching(/0 \(mjpeg, 64×64\) and 1 \(h264, .*\); 1 is read\. .*--stream-index/),
  ]);
  expect((await warningsOf(file, { every: 20 }, 1)).warnings).toEqual([]);
});
