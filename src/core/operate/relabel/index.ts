import { verifyVideo, type Verdict } from '../../answers/verify.js';
import { isInterruption } from '../../base/errors.js';
import type { Network } from '../../consume/network.js';
import { isOfVideo } from '../../extract/of-video.js';
import { findSourceFile } from '../../extract/source-file.js';
import type { Size } from '../../frames/frame.js';
import type { VideoInfo } from '../../store/port.js';
import { sourceGone, sourcePathsOf } from '../../store/source-paths.js';
import type { FrameStream } from '../../stream/port.js';
import { framesOfFile, framesOfTopic, type FoundFrame } from './frames.js';
import { labelFound, type LabelFoundOptions } from './label-found.js';
import { lacking } from './lacking.js';

export interface RelabelPorts {
  /** The network, with the store of its results. */
  readonly network: Network;
  /** Undefined: only source files are read. */
  readonly stream: FrameStream | undefined;
}

export interface RelabelOptions extends Omit<LabelFoundOptions, 'onStored'> {
  /** The size that the network needs of a frame. */
  readonly cover: Size;
  /** False: only the topic is read. */
  readonly files: boolean;
  readonly onStored?: (video: string, frames: number) => void;
}

/** What was done for a video. */
export interface Relabelled {
  readonly video: string;
  /** Frames that were classified, by where they came from. */
  readonly fromTopic: number;
  readonly fromFile: number;
  /** Why frames are missing; null if none is. */
  readonly unavailable: string | null;
  readonly verdict: Verdict;
}

/**
 * Brings videos to a model version: classifies the frames that its results lack. They come from the topic, as far as retention has left
 * them there, and then from the source file, if it exists and has not changed: exactly the frames that were published. May be ended at any
 * time and run again.
 *
 * @throws MvsError as classifying and storing do; the signal's reason when it is aborted
 */
export async function relabel(
  { network, stream }: RelabelPorts,
  infos: readonly VideoInfo[],
  options: RelabelOptions,
): Promise<Relabelled[]> {
  const fromTopic = new Map<string, number>();
  const open = new Map<string, VideoInfo>();
  for (const info of infos) if (await mayLack(info, network, options)) open.set(info.video, info);
  if (stream && open.size > 0)
    await labelFound(framesOfTopic(stream, open, options), network, counting(fromTopic, options));
  const relabelled: Relabelled[] = [];
  for (const info of infos) {
    const { video } = info;
    const fromFile = new Map<string, number>();
    const unavailable = options.files
      ? await fromSourceFile(info, network, counting(fromFile, options))
      : 'only the topic was read';
    // Its end may have arrived meanwhile.
    const verdict = await verifyVideo(network.store, (await network.store.video(video)) ?? info);
    relabelled.push({
      video,
      fromTopic: fromTopic.get(video) ?? 0,
      fromFile: fromFile.get(video) ?? 0,
      unavailable: verdict.complete ? null : unavailable,
      verdict,
    });
  }
  return relabelled;
}

function counting<T extends RelabelOptions>(
  counts: Map<string, number>,
  options: T,
): T & Pick<LabelFoundOptions, 'onStored'> {
  const onStored = (video: string, frames: number): void => {
    counts.set(video, (counts.get(video) ?? 0) + frames);
    options.onStored?.(video, frames);
  };
  return { ...options, onStored };
}

/** @returns why frames are still lacking; null if that is not known here */
async function fromSourceFile(
  info: VideoInfo,
  network: Network,
  options: RelabelOptions & LabelFoundOptions,
): Promise<string | null> {
  const { samplings, fingerprint } = info;
  const ends = samplings.flatMap(({ end }) => end ?? []);
  if (ends.length < samplings.length) return 'the end of the video has not arrived';
  const paths = sourcePathsOf(info);
  let file: Awaited<ReturnType<typeof findSourceFile>>;
  for (const end of ends) {
    for (let due = await dueOf(info, network, options); ; due = await dueOf(info, network, options)) {
      if (due.length === 0) return null;
      file ??= await findSourceFile(fingerprint, paths, options.signal);
      if (file === undefined) return `the source file ${sourceGone(paths)}`;
      const frames = framesOfFile(file, end, due, options);
      try {
        await labelFound(only(frames, due), network, options);
      } catch (error) {
        if (options.signal.aborted || isInterruption(error) || !isOfVideo(error)) throw error;
        return error.message;
      }
      if (due.length < atOnce) break;
    }
  }
  return null;
}

/** Frame numbers in memory: classifying takes longer than a database keeps a cursor. */
const atOnce = 1_000_000;

/** The first frames that are lacking. */
async function dueOf(
  info: VideoInfo,
  { store }: Network,
  { topK }: Pick<RelabelOptions, 'topK'>,
  limit = atOnce,
): Promise<readonly number[]> {
  const due: number[] = [];
  for await (const frame of lacking(store, info, topK)) {
    due.push(frame);
    if (due.length === limit) break;
  }
  return due;
}

/** Whether frames of a video may have to be classified: the topic is read only if there are any. */
async function mayLack(
  info: VideoInfo,
  network: Network,
  options: Pick<RelabelOptions, 'topK'>,
): Promise<boolean> {
  if (info.samplings.some(({ end }) => end === undefined)) return true;
  return (await dueOf(info, network, options, 1)).length > 0;
}

/** The frames with these numbers; both ascend. */
async function* only(
  frames: AsyncIterable<FoundFrame>,
  numbers: readonly number[],
): AsyncGenerator<FoundFrame> {
  let next = 0;
  for await (const found of frames) {
    while ((numbers[next] ?? Infinity) < found.content.frame) next += 1;
    if (next >= numbers.length) return;
    if (numbers[next] === found.content.frame) yield found;
  }
}
