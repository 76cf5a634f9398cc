import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { MvsError } from '../../../src/core/base/errors.js';
import { silentLog } from '../../../src/core/base/log.js';
import type { SamplingMethod } from '../../../src/core/frames/sampling.js';
import { produce } from '../../../src/core/produce/produce.js';
import { findSources } from '../../../src/core/source/find.js';
import type { FrameStream } from '../../../src/core/stream/port.js';
import { rtspServer } from '../../support/live.js';
import { freshPorts } from '../../support/pipeline.js';
import { useWorkingFolder } from '../../support/working-folder.js';
import { numbered } from '../extract/extract-clips.js';

const cover = path.resolve('test/fixtures/odd/14-cover-first-plain.mp4');
const options = {
  ...{ samplingMethod: { every: 20 }, partitionBy: 'frame' as const, quality: 3, realtime: false, jobs: 1 },
  ...{ lingerMs: 10, stallMs: 60_000, spoolLimit: 1, reconnectAttempts: 0 },
} as const;

/** The warnings of producing one input. */
async function warningsOf(input: string, samplingMethod: SamplingMethod, streamIndex?: number) {
  const warnings: string[] = [];
  const { stream } = await freshPorts();
  const { sources } = await findSources([input]);
  const { videos, failed } = await produce(stream, sources, {
    ...{ ...options, samplingMethod, streamIndex },
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
  const { warnings, framesPublished } = await warningsOf(cover, { every: 20 });
  expect(framesPublished).toBe(3);
  expect(warnings).toEqual([
    expect.stringMatching(/0 \(mjpeg, 64×64\) and 1 \(h264, .*\); 1 is read\. .*--stream-index/),
  ]);
  expect((await warningsOf(cover, { every: 20 }, 1)).warnings).toEqual([]);
});

describe('in a watched folder', () => {
  const folder = useWorkingFolder();

  it('a choice among video streams is named once, however often the file is read', async () => {
    await copyFile(cover, `${folder()}/cover.mp4`);
    const { stream } = await freshPorts();
    let outages = 2;
    const unsteady: FrameStream = {
      ...stream,
      publisher: (signal) => {
        if (outages-- <= 0) return stream.publisher(signal);
        throw new MvsError('BROKER_UNAVAILABLE', 'the broker is unavailable', { retriable: true });
      },
    };
    const [warnings, stop] = [[] as string[], new AbortController()];
    const log = { ...silentLog, warn: (message: string) => warnings.push(message) };
    const watched = { folder: folder(), recursive: false, nameFrom: 'file', settleMs: 0 } as const;
    const retryDelays = { least: 10, most: 10 };
    const onEnd = (): void => {
      stop.abort();
    };
    await produce(unsteady, { ...watched, retryDelays }, { ...options, onEnd, signal: stop.signal, log });
    expect(outages).toBeLessThan(0);
    expect(warnings.filter((warning) => warning.includes('--stream-index'))).toHaveLength(1);
  });
});
