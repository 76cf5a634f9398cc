import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { answerVideo, findVideo } from '../../../src/core/answers/videos.js';
import type { ConsumePorts } from '../../../src/core/consume/consume.js';
import type { SamplingMethod } from '../../../src/core/frames/sampling.js';
import { Standings } from '../../../src/core/answers/standing.js';
import { verifyVideo, type Verdict } from '../../../src/core/answers/verify.js';
import { produceFile } from '../../support/produced.js';
import { drain, freshPorts, options, storedFrames } from '../../support/pipeline.js';

const clip = fileURLToPath(new URL('../../../videos/cat.webm', import.meta.url));

const publish = ({ stream }: ConsumePorts, ...methods: SamplingMethod[]): Promise<void> =>
  produceFile(stream, clip, ...methods);

async function verdictOf({ store }: ConsumePorts): Promise<Verdict> {
  return verifyVideo(store, await findVideo(store, 'cat'));
}

describe('a video of 100 frames at 30 a second', () => {
  it('sampled in several ways has the frames of all of them, each once, however often it is produced', async () => {
    const ports = await freshPorts();
    const settings = options();
    await publish(ports, { fps: 2 });
    await drain(ports, settings);
    const seconds = [1, 16, 31, 46, 61, 76, 91];
    expect(await storedFrames(ports, 'cat')).toEqual(seconds);
    expect(await verdictOf(ports)).toMatchObject({ expected: 7, stored: 7, complete: true });
    expect(await answerVideo(ports.store, 'cat')).toMatchObject({ expected: 7, missing: 0, complete: true });

    await publish(ports, { fps: 2 }, { keyframes: true }, { scene: 0.9 }, { every: 31 });
    const again = await drain(ports, settings);
    // 31 is of both rates, and 1 of all but `every`.
    expect(again).toMatchObject({ frames: 7 + 1 + 1 + 3, stored: 2 });
    const union = [1, 16, 31, 46, 61, 62, 76, 91, 93];
    expect(await storedFrames(ports, 'cat')).toEqual(union);
    const whole = { expected: 9, stored: 9, missing: 0, complete: true };
    expect(await verdictOf(ports)).toMatchObject({ ...whole, unexpected: 0 });
    expect(await answerVideo(ports.store, 'cat')).toMatchObject(whole);
  });

  it('is not complete while one of its samplings has begun and not ended', async () => {
    const ports = await freshPorts();
    const standings = new Standings(ports.store);
    expect(await standings.of('cat')).toEqual({ stored: 0, expected: null });
    await publish(ports, { keyframes: true });
    await drain(ports);
    expect(await standings.of('cat')).toEqual({ stored: 1, expected: 1 });
    expect(await verdictOf(ports)).toMatchObject({ expected: 1, complete: true });
    const { fingerprint } = await findVideo(ports.store, 'cat');
    await ports.store.claim({ video: 'cat', fingerprint, sampling: 'scene=0.25' });
    expect(await verdictOf(ports)).toMatchObject({ expected: null, complete: false });
    expect(await answerVideo(ports.store, 'cat')).toMatchObject({ expected: null, complete: false });
    // Whoever follows it hears of that, though it has been counted before.
    expect(await standings.of('cat')).toEqual({ stored: 1, expected: null });
    await publish(ports, { scene: 0.25 }, { every: 50 });
    await drain(ports);
    const { expected } = await answerVideo(ports.store, 'cat');
    expect(expected).toBeGreaterThanOrEqual(3);
    expect(await standings.of('cat')).toEqual({ stored: expected, expected });
  });
});
