import type { ConsumeOptions, ConsumePorts } from '../core/consume/consume.js';
import { versionId } from '../core/frames/model-version.js';
import type { ProduceOptions } from '../core/produce/outcome.js';
import type { Stage } from '../core/base/stage.js';
import type { Instruments } from './instruments.js';

/** Callbacks that count, and then call the original ones. */
export function producerHooks(
  instruments: Instruments,
  next: ProduceOptions,
): Pick<ProduceOptions, 'onBegin' | 'onPublished' | 'onEnd' | 'onStage'> {
  const { published, publishedBytes, videosInWork, videosCompleted, videosFailed } = instruments;
  const inWork = new Set<string>();
  return {
    onBegin: (video, frames) => {
      videosInWork.set(inWork.add(video).size);
      next.onBegin?.(video, frames);
    },
    onPublished: (video, frames, bytes) => {
      published.inc(frames);
      publishedBytes.inc(bytes);
      next.onPublished?.(video, frames, bytes);
    },
    onEnd: (video, outcome) => {
      inWork.delete(video);
      videosInWork.set(inWork.size);
      if (!('error' in outcome)) videosCompleted.inc({ source: outcome.damaged ? 'damaged' : 'clean' });
      else if (outcome.error.code !== 'INTERRUPTED') videosFailed.inc();
      next.onEnd?.(video, outcome);
    },
    onStage: stageHook(instruments, next),
  };
}

export function consumerHooks(
  instruments: Instruments,
  { store, others = [] }: Pick<ConsumePorts, 'store' | 'others'>,
  next: ConsumeOptions,
): Pick<ConsumeOptions, 'onBatch' | 'onRetry' | 'onStage'> {
  const versions = [store, ...others.map((network) => network.store)].map(({ version }) => ({
    model_version: version ? versionId(version) : '',
  }));
  const { framesReceived, stored, duplicates, deadLettered, skipped, retries, frameAge } = instruments;
  // Created at zero, because a rate does not see the step from no series to one.
  for (const version of versions) for (const counter of [stored, duplicates]) counter.inc(version, 0);
  return {
    onBatch: (result) => {
      framesReceived.inc(result.frames);
      for (const [n, version] of versions.entries()) {
        stored.inc(version, result.results[n]?.stored ?? 0);
        duplicates.inc(version, result.results[n]?.duplicates ?? 0);
      }
      deadLettered.inc(result.deadLettered);
      skipped.inc(result.skipped);
      const now = Date.now();
      // The producer's clock may be ahead of this one.
      for (const at of result.publishedAt) frameAge.observe(Math.max(0, now - at.getTime()) / 1000);
      next.onBatch?.(result);
    },
    onRetry: (error) => {
      retries.inc({ reason: error.code.toLowerCase() });
      next.onRetry?.(error);
    },
    onStage: stageHook(instruments, next),
  };
}

function stageHook(
  { stageDuration, batchSize, messagesReceived, classified }: Instruments,
  next: Pick<ConsumeOptions, 'onStage'>,
): NonNullable<ConsumeOptions['onStage']> {
  const count: Partial<Record<Stage, (items: number) => void>> = {
    receive: (messages) => {
      messagesReceived.inc(messages);
      batchSize.observe(messages);
    },
    decode_infer: (frames) => {
      classified.inc(frames);
    },
  };
  return (stage, seconds, items) => {
    stageDuration.observe({ stage }, seconds);
    count[stage]?.(items);
    next.onStage?.(stage, seconds, items);
  };
}
