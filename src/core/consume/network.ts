import { MvsError } from '../base/errors.js';
import { groupBy } from '../base/group-by.js';
import { untilItWorks, type RetryOptions } from '../base/retry.js';
import { secondsSince, type OnStage } from '../base/stage.js';
import type { Classifier } from '../classifier/port.js';
import type { Frame, FrameRecord } from '../frames/frame.js';
import type { RecordStore, SaveResult } from '../store/port.js';
import { classifyBatch } from './classify-batch.js';

/** One of the networks that classify every frame, and the store of its results. */
export interface Network {
  readonly classifier: Classifier;
  readonly store: RecordStore;
  /** Predictions to store for each frame. */
  readonly topK: number;
}

/** A frame, with what its caller knows of it. */
export interface WithFrame {
  readonly content: Frame;
}

export interface Labelled<T extends WithFrame> extends SaveResult {
  /** The frames of the batch that are stored now, by video, whichever consumer stored them. */
  readonly videos: ReadonlyMap<string, number>;
  readonly bad: readonly { readonly item: T; readonly reason: string; readonly outage?: boolean }[];
}

export interface LabelOptions extends RetryOptions {
  readonly onStage?: OnStage | undefined;
  /** Records of frames that are stored already are written again: they had fewer predictions. */
  readonly replace?: boolean;
  /** Ends the wait for a classifier that is unavailable; without it, that lasts until the signal aborts. */
  readonly patience?: AbortSignal;
}

/** classify ──▶ store of one batch for one network. */
export async function label<T extends WithFrame>(
  { classifier, store, topK }: Network,
  frames: readonly T[],
  options: LabelOptions,
): Promise<Labelled<T>> {
  if (frames.length === 0) return { stored: 0, duplicates: 0, videos: new Map(), bad: [] };
  const { onStage } = options;
  const bad: { item: T; reason: string }[] = [];
  const startedAt = performance.now();
  const pictures = frames.map(({ content }) => content.jpeg);
  const answers = await classifyBatch(classifier, pictures, topK, options);
  const processedAt = new Date();
  const records = frames.flatMap((item, index): FrameRecord[] => {
    const { video, frame, time } = item.content;
    const answer = answers[index];
    if (answer === undefined)
      throw new MvsError('BUG', 'the classifier returned fewer answers than pictures');
    if ('badFrame' in answer) {
      bad.push({ item, reason: answer.badFrame });
      return [];
    }
    const [best] = answer.predictions;
    if (best === undefined) throw new MvsError('BUG', 'the classifier returned no prediction for a frame');
    const top = topK > 1 ? { top: answer.predictions } : {};
    const objects = answer.objects ? { objects: answer.objects } : {};
    return [{ video, frame, ...best, time, model: classifier.model, processedAt, ...top, ...objects }];
  });
  const videos = countByVideo(records);
  if (records.length === 0) return { stored: 0, duplicates: 0, videos, bad };
  onStage?.('decode_infer', secondsSince(startedAt), records.length);
  const savingAt = performance.now();
  const saved = await untilItWorks(
    () => (options.replace ? store.replace(records) : store.save(records)),
    options,
  );
  onStage?.('store', secondsSince(savingAt), records.length);
  return { ...saved, videos, bad };
}

function countByVideo(records: readonly FrameRecord[]): Map<string, number> {
  const byVideo = groupBy(records, ({ video }) => video);
  return new Map(Array.from(byVideo, ([video, { length }]) => [video, length]));
}
