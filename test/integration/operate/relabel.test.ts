import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Classifier } from '../../../src/core/classifier/port.js';
import { silentLog } from '../../../src/core/base/log.js';
import type { Network } from '../../../src/core/consume/network.js';
import { relabel, type RelabelOptions } from '../../../src/core/operate/relabel/index.js';
import type { RecordStore, VideoInfo } from '../../../src/core/store/port.js';
import { publish } from '../../support/fresh.js';
import { drain, frameNumbers, freshPorts, messagesOf } from '../../support/pipeline.js';
import { produceFile } from '../../support/produced.js';
import { networkOf, numbersIn, version } from '../../support/versions.js';

const [a, b] = [version('first', 'a'), version('second', 'b')];

async function labelledByA(names: readonly string[], frames: number) {
  const ports = await freshPorts();
  const first = { ...ports, store: ports.store.of(a) };
  for (const name of names) await publish(ports.stream, await messagesOf(name, frames));
  await drain(first);
  return { ports, network: networkOf(ports, b) };
}

function settings(changes: Partial<RelabelOptions> = {}): RelabelOptions {
  const { signal } = new AbortController();
  const usual = { batchSize: 8, cover: { width: 8, height: 8 }, files: true, log: silentLog };
  return { ...usual, signal, ...changes };
}

/** The network, and how many pictures it was given. */
function counted({ classifier, ...network }: Network): { network: Network; classified: () => number } {
  let pictures = 0;
  const counting: Classifier = {
    ...classifier,
    classify: (some, topK) => {
      pictures += some.length;
      return classifier.classify(some, topK);
    },
  };
  return { network: { ...network, classifier: counting }, classified: () => pictures };
}

/** A clip in a folder of this test's own. */
async function clip(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mvs-relabel-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'cat.webm');
  await copyFile('videos/cat.webm', file);
  return file;
}

async function infosOf(store: RecordStore, ...names: string[]): Promise<VideoInfo[]> {
  const infos = await Promise.all(names.map((name) => store.video(name)));
  return infos.flatMap((info) => info ?? []);
}

describe('relabelling from the topic', () => {
  it('classifies each frame of the videos once, leaves others alone, and has nothing to do the second time', async () => {
    const { ports, network } = await labelledByA(['cat', 'dog'], 60);
    const infos = await infosOf(ports.store, 'cat');
    const [first] = await relabel({ network, stream: ports.stream }, infos, settings());
    expect(first).toMatchObject({
      fromTopic: 60,
      fromFile: 0,
      unavailable: null,
      verdict: { complete: true },
    });
    expect(await numbersIn(network.store, 'cat')).toEqual(frameNumbers(60));
    expect(await network.store.count('dog')).toBe(0);
    const [again] = await relabel({ network, stream: ports.stream }, infos, settings());
    expect(again).toMatchObject({ fromTopic: 0, fromFile: 0, verdict: { complete: true } });
    expect(await numbersIn(ports.store.of(a), 'cat')).toEqual(frameNumbers(60));
  });

  it('classifies a frame once that the topic has several times, also in one batch and in batches at the same time', async () => {
    const ports = await freshPorts();
    const messages = await messagesOf('cat', 20);
    const repeated = [...messages.slice(0, 4), ...messages.slice(0, 4), ...messages, ...messages];
    await publish(ports.stream, repeated);
    await drain({ ...ports, store: ports.store.of(a) });
    const { network, classified } = counted(networkOf(ports, b));
    const infos = await infosOf(ports.store, 'cat');
    const [done] = await relabel({ network, stream: ports.stream }, infos, settings());
    expect(done).toMatchObject({ fromTopic: 20, verdict: { complete: true, surplus: 0 } });
    expect(classified()).toBe(20);
  });

  it('takes a frame from its next message where the picture of the first one is bad', async () => {
    const ports = await freshPorts({ partitions: 1 });
    const messages = await messagesOf('cat', 10);
    const [first, ...others] = messages;
    if (!first) throw new Error('no message');
    await publish(ports.stream, [{ ...first, value: Buffer.from('no picture') }, first, ...others]);
    await drain({ ...ports, store: ports.store.of(a) });
    const network = networkOf(ports, b);
    const infos = await infosOf(ports.store, 'cat');
    const [done] = await relabel({ network, stream: ports.stream }, infos, settings());
    expect(done).toMatchObject({ fromTopic: 10, verdict: { deadLettered: 0, complete: true } });
  });

  it('goes on where it was ended', async () => {
    const { ports, network } = await labelledByA(['cat'], 100);
    const infos = await infosOf(ports.store, 'cat');
    const stop = new AbortController();
    const onStored = (): void => {
      stop.abort(new Error('enough'));
    };
    const early = relabel(
      { network, stream: ports.stream },
      infos,
      settings({ signal: stop.signal, onStored }),
    );
    await expect(early).rejects.toThrow('enough');
    const stored = await network.store.count('cat');
    expect(stored).toBeGreaterThan(0);
    expect(stored).toBeLessThan(100);
    const [rest] = await relabel({ network, stream: ports.stream }, infos, settings());
    expect(rest).toMatchObject({ fromTopic: 100 - stored, verdict: { complete: true, surplus: 0 } });
  });

  it('stores more predictions where more are wanted, and no fewer', async () => {
    const { ports, network } = await labelledByA(['cat'], 20);
    const infos = await infosOf(ports.store, 'cat');
    const with2: Network = { ...network, topK: 2 };
    await relabel({ network, stream: ports.stream }, infos, settings());
    const [more] = await relabel({ network: with2, stream: ports.stream }, infos, settings({ topK: 2 }));
    expect(more).toMatchObject({ fromTopic: 20, verdict: { complete: true, surplus: 0 } });
    const frames = frameNumbers(20);
    expect([...(await network.store.predictionsOf('cat', frames)).values()]).toEqual(frames.map(() => 2));
    const [none] = await relabel({ network, stream: ports.stream }, infos, settings({ topK: 1 }));
    expect(none).toMatchObject({ fromTopic: 0 });
  });

  it('notes a frame that is no picture as a dead letter of this version', async () => {
    const ports = await freshPorts();
    const messages = await messagesOf('cat', 10);
    const bad = messages.map((message, n) =>
      n === 4 ? { ...message, value: Buffer.from('no picture') } : message,
    );
    await publish(ports.stream, bad);
    await drain({ ...ports, store: ports.store.of(a) });
    const network = networkOf(ports, b);
    const [done] = await relabel(
      { network, stream: ports.stream },
      await infosOf(ports.store, 'cat'),
      settings(),
    );
    expect(done).toMatchObject({ verdict: { stored: 9, deadLettered: 1, missing: 0, complete: false } });
  });
});

describe('relabelling from source files', () => {
  it('extracts exactly the frames that were published, whatever samplings chose them', async () => {
    const file = await clip();
    const ports = await freshPorts();
    await produceFile(ports.stream, file, { every: 7 }, { keyframes: true }, { fps: 5 });
    await drain({ ...ports, store: ports.store.of(a) });
    const network = networkOf(ports, b);
    const infos = await infosOf(ports.store, 'cat');
    const [done] = await relabel({ network, stream: undefined }, infos, settings());
    const expected = await numbersIn(ports.store.of(a), 'cat');
    expect(expected.length).toBeGreaterThan(14);
    expect(await numbersIn(network.store, 'cat')).toEqual(expected);
    expect(done).toMatchObject({ fromFile: expected.length, fromTopic: 0, verdict: { complete: true } });
  });

  it('says why frames cannot be had, and keeps what there is', async () => {
    const file = await clip();
    const ports = await freshPorts();
    await produceFile(ports.stream, file, { every: 7 });
    await drain({ ...ports, store: ports.store.of(a) });
    const network = networkOf(ports, b);
    await writeFile(file, 'something else');
    const infos = await infosOf(ports.store, 'cat');
    const [changed] = await relabel({ network, stream: undefined }, infos, settings());
    expect(changed).toMatchObject({ fromFile: 0, verdict: { complete: false, missing: 14 } });
    expect(changed?.unavailable).toContain('missing or has changed');
    const [topic] = await relabel({ network, stream: ports.stream }, infos, settings());
    expect(topic).toMatchObject({ fromTopic: 14, unavailable: null, verdict: { complete: true } });
  });
});
