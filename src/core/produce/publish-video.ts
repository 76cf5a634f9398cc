import path from 'node:path';
import { Readable } from 'node:stream';
import { batches } from '../base/batch.js';
import { firstErrorOf, isInterruption, messageOf, MvsError } from '../base/errors.js';
import { secondsSince } from '../base/stage.js';
import { quoted } from '../base/text.js';
import { openFile, type FrameOptions, type OpenVideo } from '../extract/extract.js';
import type { Decoding } from '../extract/extracted.js';
import { openLive } from '../extract/live.js';
import type { VideoRun } from '../frames/frame.js';
import { estimate, samplingKey, type SamplingMethod } from '../frames/sampling.js';
import { maxSourceLength } from '../frames/totals.js';
import { renameHint, type Source } from '../source/source.js';
import { encodeEnd } from '../stream/codec.js';
import { weightOf } from '../stream/message.js';
import type { FrameStream, OutgoingMessage, Publisher } from '../stream/port.js';
import { FrameMessages } from './frame-messages.js';
import type { FailedVideo, ProduceOptions, PublishedVideo } from './outcome.js';

interface VideoOptions extends ProduceOptions {
  /** How many videos are produced at the same time, this one included. */
  readonly concurrentVideos: number;
}

/** Large enough to be cheap, small enough to bound memory (a few per video), and below what a publisher sends at once. */
const request = { batchSize: 64, maxWeight: 640 << 10, weigh: weightOf };

const againHint = 'Start again with the same inputs: stored frames are not stored twice.';

/** Produces one video. Never rejects: a failure is returned, with what was published before it. */
export async function produceVideo(
  stream: FrameStream,
  source: Source,
  options: VideoOptions,
): Promise<PublishedVideo | FailedVideo> {
  const { video, input } = source;
  const startedAt = Date.now();
  const published = { framesPublished: 0, bytes: 0 };
  const onPublished = (name: string, frames: number, bytes: number): void => {
    published.framesPublished += frames;
    published.bytes += bytes;
    options.onPublished?.(name, frames, bytes);
  };
  const secondsPassed = (): number => (Date.now() - startedAt) / 1000;
  const outcome = await publishVideo(stream, source, { ...options, onPublished }).then(
    (whole) => ({ ...whole, bytes: published.bytes, seconds: secondsPassed() }),
    (error: unknown) => ({
      source: input,
      error: asMvsError(error),
      part: { video, ...published, seconds: secondsPassed() },
    }),
  );
  options.onEnd?.(video, outcome);
  return outcome;
}

/** source ──▶ extract ──▶ publish of one video. The end-of-video message goes last. */
async function publishVideo(
  stream: FrameStream,
  source: Source,
  options: VideoOptions,
): Promise<Omit<PublishedVideo, 'bytes' | 'seconds'>> {
  const { video, input } = source;
  const { samplingMethod, signal, log } = options;
  signal.throwIfAborted();
  await using opened = await open(source, options);
  const { probe, fingerprint } = opened;
  if (probe.choice !== undefined)
    log.warn(`${quoted(input)} has several video streams: ${probe.choice}. Choose with --stream-index`);
  const run = { video, fingerprint, sampling: samplingKey(samplingMethod) };
  await nameMustBeFree(source, run, options);
  options.onBegin?.(video, estimate(samplingMethod, probe));
  await using publisher = await stream.publisher(opened.publishSignal);
  const messages = new FrameMessages(run, options);
  const frames = opened.frames(frameOptions(source, options), () => messages.isFull);
  await publishAll(messages.of(frames), publisher, video, options);
  await opened.mustBeUnchanged();
  const { framesDecoded, framesExtracted: framesPublished, damaged, problems } = messages.totals;
  if (damaged) log.warn(`${quoted(input)} is damaged, ${framesDecoded} frames read: ${problems.join('; ')}`);
  if (framesPublished === 0) log.warn(noFrameChosen(input, samplingMethod, framesDecoded));
  const counts = { framesDecoded, framesPublished };
  const { frameList } = messages;
  const { width, height, fps } = probe;
  const origin = originOf(source).slice(0, maxSourceLength);
  await publisher.publish([
    encodeEnd({ ...run, source: origin, ...counts, frameList, damaged, width, height, fps }),
  ]);
  await publisher.confirm();
  return { video, fingerprint, source: input.slice(0, maxSourceLength), ...counts, damaged };
}

function noFrameChosen(input: string, samplingMethod: SamplingMethod, framesDecoded: number): string {
  const none = `${quoted(input)}: none of its ${framesDecoded} frames was chosen`;
  if (!('every' in samplingMethod))
    return `${none}. Use another way of choosing: --every N, --fps N or --scene N`;
  return `${none}: the first one would be number ${samplingMethod.every}. Use --every ${framesDecoded} or less`;
}

function open(source: Source, options: VideoOptions): Promise<OpenVideo> {
  return source.kind === 'live' ? openLive(source, options) : openFile(source, options);
}

function frameOptions({ input }: Source, options: VideoOptions): FrameOptions {
  const { samplingMethod, width, cover, quality, realtime, concurrentVideos, log } = options;
  const onDecoding = (decoding: Decoding): void => {
    const what =
      'all' in decoding
        ? `all frames (${decoding.all})`
        : `at most ${decoding.packets} of ${decoding.of} frames`;
    log.debug(`${quoted(input)}: decoding ${what}`);
  };
  return { samplingMethod, width, cover, quality, realtime, concurrentVideos, onDecoding };
}

/** Consumers would refuse each frame of a name that belongs to other content, so none is published. */
async function nameMustBeFree(
  source: Source,
  { video, fingerprint }: VideoRun,
  { ownerOf }: ProduceOptions,
): Promise<void> {
  const owner = await ownerOf?.(video);
  if (owner === undefined || owner === fingerprint) return;
  const message = `${quoted(source.input)}: the name ${quoted(video)} belongs to a video with different content`;
  throw new MvsError('VIDEO_CONFLICT', message, { hint: renameHint(source) });
}

/**
 * Publishes in requests. Two layers: `batches` groups messages, so that a request is worth its round trip; `Readable` fills the next
 * request while one is published, and no more, so that ffmpeg waits for the broker.
 */
async function publishAll(
  messages: AsyncIterable<OutgoingMessage>,
  publisher: Publisher,
  video: string,
  { lingerMs, onPublished, onStage }: ProduceOptions,
): Promise<void> {
  const onBatch = (seconds: number, { length }: readonly OutgoingMessage[]): void => {
    onStage?.('extract', seconds, length);
  };
  const requests = Readable.from(batches(messages, { ...request, lingerMs, onBatch }), { highWaterMark: 1 });
  for await (const batch of requests as AsyncIterable<OutgoingMessage[]>) {
    const startedAt = performance.now();
    await publisher.publish(batch);
    onStage?.('publish', secondsSince(startedAt), batch.length);
    const bytes = batch.reduce((sum, message) => sum + weightOf(message), 0);
    onPublished?.(video, batch.length, bytes);
  }
}

function asMvsError(thrown: unknown): MvsError {
  const error = firstErrorOf(thrown);
  if (isInterruption(error))
    return new MvsError('INTERRUPTED', messageOf(error), { hint: againHint, cause: error });
  return error instanceof MvsError ? error : new MvsError('BUG', messageOf(error), { cause: error });
}

/** Absolute for a file, so that a report finds it from any working folder. */
function originOf({ kind, input }: Source): string {
  return kind === 'file' ? path.resolve(input) : input;
}
