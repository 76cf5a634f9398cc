import sharp from 'sharp';
import { onTestFinished } from 'vitest';
import { loadModel } from '../../src/core/classifier/load-model.js';
import type { Classifier } from '../../src/core/classifier/port.js';
import { openClassifier } from '../../src/core/classifier/worker-classifier.js';
import { encodeEnd, encodeFrame } from '../../src/core/stream/codec.js';
import type { ConsumeOptions, ConsumePorts, ConsumeTotals } from '../../src/core/consume/consume.js';
import { consumeUntilDrained } from '../../src/core/consume/drain.js';
import { silentLog } from '../../src/core/base/log.js';
import type { OutgoingMessage } from '../../src/core/stream/port.js';
import { freshName, freshStore, freshStream } from './fresh.js';
import { sharedStack } from './stack.js';
import { tinyModelIn } from './tiny-model.js';

export const fingerprint = 'ab'.repeat(32);

/** A small JPEG of one colour. */
export async function picture(shade = 128): Promise<Buffer> {
  const background = { r: shade, g: 255 - shade, b: 60 };
  return sharp({ create: { width: 64, height: 48, channels: 3, background } })
    .jpeg()
    .toBuffer();
}

/** What `produce --every 1` sends of a video with so many frames: the frames, then its totals. */
export async function messagesOf(video: string, frames: number): Promise<OutgoingMessage[]> {
  const jpeg = await picture();
  const all = Array.from({ length: frames }, (_, n) =>
    encodeFrame({ video, frame: n + 1, time: n / 25, jpeg, fingerprint, sampling: 'every=1' }, 'frame'),
  );
  const size = { width: 64, height: 48, fps: 25, damaged: false };
  const totals = { source: `${video}.webm`, framesDecoded: frames, framesPublished: frames };
  return [...all, encodeEnd({ video, fingerprint, sampling: 'every=1', ...totals, ...size })];
}

export function frameNumbers(frames: number): number[] {
  return Array.from({ length: frames }, (_, n) => n + 1);
}

async function freshClassifier(workers: number): Promise<Classifier> {
  const model = await loadModel(tinyModelIn(sharedStack().cache));
  const settings = { engine: 'auto', model, workers, threadsPerWorker: 1, log: silentLog } as const;
  const classifier = await openClassifier(settings);
  onTestFinished(() => classifier[Symbol.asyncDispose]());
  return classifier;
}

/** A topic, a database and a classifier of this test's own. */
export async function freshPorts({ partitions = 3, workers = 1 } = {}): Promise<ConsumePorts> {
  const [stream, store, classifier] = await Promise.all([
    freshStream(partitions),
    freshStore(),
    freshClassifier(workers),
  ]);
  return { stream, store, classifier, log: silentLog };
}

export function options(changes: Partial<ConsumeOptions> = {}): ConsumeOptions {
  const signal = new AbortController().signal;
  const usual = {
    members: 1,
    batchSize: 8,
    lingerMs: 200,
    topK: 1,
    onBadFrame: 'dlq',
    sessionTimeoutMs: 10_000,
    stallTimeoutMs: 60_000,
  } as const;
  return { group: freshName('group'), ...usual, signal, ...changes };
}

/** Consumes until all that is in the topic now is settled. */
export async function drain(
  ports: ConsumePorts,
  settings: ConsumeOptions = options(),
): Promise<ConsumeTotals> {
  return consumeUntilDrained(ports, settings);
}

export async function storedFrames({ store }: Pick<ConsumePorts, 'store'>, video: string): Promise<number[]> {
  const numbers: number[] = [];
  for await (const { frame } of store.frames(video)) numbers.push(frame);
  return numbers;
}
