import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it, vi } from 'vitest';
import { freshName, joinGroup, openStream, publish, take } from '../support/fresh.js';
import { bundledNetwork, jsonOf, workspace } from '../support/mvs.js';
import { messagesOf } from '../support/pipeline.js';

const clip = fileURLToPath(new URL('../../videos/cat.webm', import.meta.url));
const number = expect.any(Number) as number;
const text = expect.any(String) as string;

// What leads from a clip to answers, and `run`, with the binary itself: this is what users have.
describe('the five commands of the card', () => {
  it('lead from a clip to answers, as JSON and as text', async () => {
    const { topic, group, binary: mvs } = workspace(bundledNetwork);
    const created = await mvs('topic:create', '--partitions', '3', '--json');
    expect(jsonOf(created)).toEqual({ topic, partitions: 3, replicationFactor: 1, created: true });

    const produced = await mvs('produce', clip, '--every', '3', '--json');
    expect(produced.stderr).toBe('');
    const { videos } = jsonOf(produced) as { videos: { framesDecoded: number; framesPublished: number }[] };
    const [{ framesDecoded, framesPublished } = { framesDecoded: 0, framesPublished: 0 }] = videos;
    expect(framesPublished).toBe(Math.floor(framesDecoded / 3));
    expect(jsonOf(produced)).toEqual({
      topic,
      videos: [
        {
          video: 'cat',
          source: clip,
          fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
          framesDecoded,
          framesPublished,
          bytes: number,
          seconds: number,
          damaged: false,
        },
      ],
      failed: [],
      seconds: number,
    });

    const behind = await mvs('lag', '--json');
    expect(jsonOf(behind)).toMatchObject({ group, total: framesPublished + 1 });

    const consumed = await mvs('consume', '--threads', '3', '--batch', '32', '--until-drained', '--json');
    expect(jsonOf(consumed)).toEqual({
      group,
      topic,
      frames: framesPublished,
      stored: framesPublished,
      duplicates: 0,
      deadLettered: 0,
      skipped: 0,
      batches: number,
      expired: [],
      seconds: number,
      framesPerSecond: number,
      engine: 'onnxruntime',
      model: 'efficientnet-lite0',
      models: [
        {
          ...{ model: 'efficientnet-lite0', engine: 'onnxruntime', stored: framesPublished, duplicates: 0 },
          modelVersion: expect.stringMatching(/^efficientnet-lite0@[0-9a-f]{12}$/) as string,
        },
      ],
    });

    const lag = await mvs('lag', '--json');
    expect(jsonOf(lag)).toMatchObject({
      total: 0,
      partitions: [0, 1, 2].map((partition) => ({ topic, partition, lag: 0, consumerId: null, host: null })),
    });

    const answer = jsonOf(await mvs('query', 'cat', '--frames', '--json')) as { frames: { frame: number }[] };
    expect(answer).toMatchObject({
      video: 'cat',
      expected: framesPublished,
      stored: framesPublished,
      complete: true,
    });
    expect(answer.frames.map(({ frame }) => frame)).toEqual(
      Array.from({ length: framesPublished }, (_, n) => (n + 1) * 3),
    );
    expect(answer.frames[0]).toEqual({ frame: 3, label: text, confidence: number, time: number });

    const table = await mvs('query');
    expect(table.stdout).toMatch(new RegExp(`^cat +${framesPublished} +${framesPublished} +yes `, 'm'));
  });

  it('produce the same clip again without storing anything new', async () => {
    const { mvs } = workspace();
    await mvs('topic:create', '--partitions', '2');
    await mvs('produce', clip, '--every', '20');
    const first = jsonOf(await mvs('consume', '--threads', '1', '--until-drained', '--json')) as {
      stored: number;
    };
    await mvs('produce', clip, '--every', '20');
    const again = jsonOf(await mvs('consume', '--threads', '1', '--until-drained', '--json'));
    expect(again).toMatchObject({ frames: first.stored, stored: 0, duplicates: first.stored });
  });

  it('run: all of it in one', async () => {
    const { topic, binary: mvs } = workspace(bundledNetwork);
    const result = await mvs('run', clip, '--every', '10', '--threads', '1', '--json');
    expect(result.exitCode).toBe(0);
    expect(jsonOf(result)).toMatchObject({
      produced: { topic, failed: [] },
      consumed: { deadLettered: 0, duplicates: 0 },
      videos: [{ video: 'cat', complete: true }],
    });
    // What the bundled network sees in the clip is a cat, and none of the others.
    const found = async (label: string): Promise<number> =>
      (jsonOf(await mvs('query', 'cat', '--label', label, '--json')) as { frames: unknown[] }).frames.length;
    expect(await found('cats')).toBe(10);
    for (const other of ['dog', 'bird', 'vehicle', 'person']) expect(await found(other), other).toBe(0);
  });

  it.each([
    ['no larger than the network needs', [], { width: 384, height: 256 }],
    ['as wide as they were asked for', ['--width', '64'], { width: 64, height: 42 }],
  ])('run: frames of 420×280 are published %s', async (_, flags, size) => {
    const { topic, mvs } = workspace(bundledNetwork);
    await mvs('run', clip, '--every', '50', '--threads', '1', ...flags);
    const { deliveries } = await joinGroup(await openStream(topic), freshName('group'));
    const frames = (await take(deliveries[Symbol.asyncIterator](), 3)).flatMap(({ message: { value } }) =>
      value?.[0] === 0xff ? [value] : [],
    );
    expect(frames).toHaveLength(2);
    for (const frame of frames) expect(await sharp(frame).metadata()).toMatchObject(size);
  });

  it('do what their flags say: names, order within a video, compression, more labels', async () => {
    const { mvs } = workspace(bundledNetwork);
    await mvs('topic:create', '--partitions', '2');
    const flags = ['--partition-by', 'video', '--compression', 'snappy', '--width', '224', '--every', '10'];
    const produced = await mvs('produce', '--name', 'puss', clip, ...flags, '--json');
    expect(jsonOf(produced)).toMatchObject({ videos: [{ video: 'puss', framesPublished: 10 }] });
    const { partitions } = jsonOf(await mvs('lag', '--json')) as { partitions: { logEndOffset: number }[] };
    expect(partitions.map(({ logEndOffset }) => logEndOffset).sort((a, b) => a - b)).toEqual([0, 11]);

    await mvs('consume', '--threads', '1', '--top-k', '3', '--until-drained');
    const { frames } = jsonOf(await mvs('query', 'puss', '--frames', '--json')) as {
      frames: { label: string; top: { label: string }[] }[];
    };
    expect(frames).toHaveLength(10);
    for (const { label, top } of frames) {
      expect(top).toHaveLength(3);
      expect(top[0]?.label).toBe(label);
    }
  });
});

describe('a sampling that was begun and not finished', () => {
  it('makes a video that was complete incomplete', async () => {
    const { mvs, binary } = workspace();
    await mvs('topic:create', '--partitions', '1');
    await mvs('produce', clip, '--every', '20');
    await mvs('consume', '--threads', '1', '--until-drained');
    expect(jsonOf(await mvs('query', 'cat', '--json'))).toMatchObject({
      expected: 5,
      stored: 5,
      complete: true,
    });

    const producer = binary('produce', clip, '--every', '5', '--realtime', '--json');
    await vi.waitFor(async () => {
      expect(jsonOf(await mvs('lag', '--json'))).not.toMatchObject({ total: 0 });
    }, 60_000);
    producer.kill('SIGINT');
    const stopped = await producer;
    expect(stopped.exitCode).toBe(130);
    expect(stopped.stderr).toMatch(
      /^info: finishing in-flight work; press Ctrl-C again to quit immediately$/m,
    );
    // What it left in the topic is told: nobody else knows of it before it is consumed.
    const { failed } = jsonOf(stopped) as { failed: { framesPublished: number }[] };
    expect(failed).toMatchObject([
      { code: 'INTERRUPTED', video: 'cat', hint: expect.stringMatching(/again/) as string },
    ]);
    expect(failed[0]?.framesPublished).toBeGreaterThan(0);
    await mvs('consume', '--threads', '1', '--until-drained');
    expect(jsonOf(await mvs('query', 'cat', '--json'))).toMatchObject({ expected: null, complete: false });
  });
});

describe('consume --until-drained', () => {
  it('exits with 130 when it is interrupted before', async () => {
    const { topic, mvs, binary } = workspace();
    await mvs('topic:create', '--partitions', '1');
    const stream = await openStream(topic);
    await publish(stream, await messagesOf('cat', 300));
    const consumer = binary('consume', '--threads', '1', '--batch', '4', '--until-drained');
    await vi.waitFor(async () => {
      expect(jsonOf(await mvs('query', '--json'))).toMatchObject({ videos: [{ video: 'cat' }] });
    }, 60_000);
    consumer.kill('SIGINT');
    expect((await consumer).exitCode).toBe(130);
  });
});
