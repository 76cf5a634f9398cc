import { Readable } from 'node:stream';
import pMap from 'p-map';
import { batches } from './batch.js';
import { encodeEnd, encodeFrame, maxSourceLength, type PartitionBy } from './codec.js';
import { messageOf, MvsError } from './errors.js';
import type { Scaling } from './extract/command.js';
import { Extraction } from './extraction.js';
import type { Sampling } from './frame.js';
import { map } from './map-generator.js';
import { weightOf } from './message.js';
import { openReading, type ReadOptions } from './reading.js';
import { estimate, nameOf, type SamplingMethod } from './sampling.js';
import { quoted } from './source-files.js';
import type { Source } from './source.js';
import { secondsSince, timed, type OnStage } from './stage.js';
import type { FrameStream, OutgoingMessage, Publisher } from './stream/port.js';

export interface ProduceOptions extends Scaling, ReadOptions {
  readonly sampling: SamplingMethod;
  readonly quality: number;
  readonly realtime: boolean;
  readonly partitionBy: PartitionBy;
  /** Videos at a time. */
  readonly jobs: number;
  /** Milliseconds until a request that is not full goes to the broker. */
  readonly lingerMs: number;
  /** Fingerprint of the content that a name belongs to already, where somebody knows. */
  readonly ownerOf?: (video: string) => Promise<string | undefined>;
  /** Told when a video is opened, with how many frames it will yield, as far as its container says. */
  readonly onBegin?: (video: string, frames: number | null) => void;
  /** Told of frames once they are safe in the stream. */
  readonly onPublished?: (video: string, frames: number, bytes: number) => void;
  /** Told when nothing more will come of a video, for better or worse. */
  readonly onEnd?: (video: string, outcome: PublishedVideo | FailedVideo) => void;
  readonly onStage?: OnStage;
}

export interface PublishedVideo {
  readonly video: string;
  readonly source: string;
  readonly fingerprint: string;
  readonly framesDecoded: number;
  readonly framesPublished: number;
  /** Size of the published frames. */
  readonly bytes: number;
  readonly seconds: number;
  readonly damaged: boolean;
}

export interface FailedVideo {
  readonly source: string;
  readonly error: MvsError;
}

/** In the order of the sources; of a watched folder, in the order in which they ended. */
export interface Produced {
  readonly videos: readonly PublishedVideo[];
  readonly failed: readonly FailedVideo[];
  /** What came before those, where there were too many to keep. */
  readonly unlisted?: Unlisted;
  readonly seconds: number;
}

export interface Unlisted {
  readonly videos: number;
  readonly framesPublished: number;
  readonly failed: number;
}

/**
 * A request to the broker: large enough to be cheap, small enough to bound memory (a few per video in work), and with its last
 * frame still below what a publisher sends at once.
 */
const request = { size: 64, maxWeight: 640 << 10, weigh: weightOf };

/** source ──▶ extract ──▶ publish, several videos at a time. A video that fails does not stop the others. */
export async function produce(
  stream: FrameStream,
  sources: readonly Source[],
  options: ProduceOptions,
): Promise<Produced> {
  const startedAt = Date.now();
  const among = Math.min(options.jobs, sources.length);
  const outcomes = await pMap(sources, (source) => produceOne(stream, source, { ...options, among }), {
    concurrency: options.jobs,
  });
  return {
    videos: outcomes.filter((outcome) => 'video' in outcome),
    failed: outcomes.filter((outcome) => 'error' in outcome),
    seconds: (Date.now() - startedAt) / 1000,
  };
}

/** Produces one video, `among` so many at this time. Never rejects. */
export async function produceOne(
  stream: FrameStream,
  source: Source,
  options: ProduceOptions & { readonly among: number },
): Promise<PublishedVideo | FailedVideo> {
  const outcome = await publishVideo(stream, source, options).catch((error: unknown) => ({
    source: source.input,
    error: asMvsError(error),
  }));
  options.onEnd?.(source.video, outcome);
  return outcome;
}

async function publishVideo(
  stream: FrameStream,
  source: Source,
  options: ProduceOptions & { readonly among: number },
): Promise<PublishedVideo> {
  const { signal, partitionBy } = options;
  const startedAt = Date.now();
  signal.throwIfAborted();
  await using reading = await openReading(source, options);
  const { video, fingerprint } = reading;
  const sampling = { video: source.video, fingerprint, sampling: nameOf(options.sampling) };
  await refuseTaken(source, sampling, options);
  options.onBegin?.(source.video, estimate(options.sampling, video));
  await using publisher = await stream.publisher(reading.publishSignal);
  const run = reading.extract({ ...options, ...options.sampling });
  const extraction = new Extraction(run, !('every' in options.sampling));
  const messages = map(extraction.frames(sampling), (frame) => encodeFrame(frame, partitionBy));
  const bytes = await publishAll(messages, publisher, options, source.video);
  await reading.mustBeUnchanged();
  const { framesDecoded, framesExtracted, damaged, problems } = extraction.totals;
  if (damaged)
    options.log.warn(
      `${quoted(source.input)} is damaged, ${framesDecoded} frames read: ${problems.join('; ')}`,
    );
  const totals = {
    ...sampling,
    source: source.input.slice(0, maxSourceLength),
    framesDecoded,
    framesPublished: framesExtracted,
    frameList: extraction.frameList,
    damaged,
  };
  const { width, height, fps } = video;
  await publisher.publish([encodeEnd({ ...totals, width, height, fps })]);
  const { sampling: _sampling, frameList: _frameList, ...published } = totals;
  return { ...published, bytes, seconds: (Date.now() - startedAt) / 1000 };
}

/** Consumers would refuse each of its frames: it is told before there are any. */
async function refuseTaken(
  { input }: Source,
  { video, fingerprint }: Sampling,
  { ownerOf }: ProduceOptions,
): Promise<void> {
  const owner = await ownerOf?.(video);
  if (owner === undefined || owner === fingerprint) return;
  const message = `${quoted(input)}: the name ${quoted(video)} belongs to a video with other content`;
  throw new MvsError('VIDEO_CONFLICT', message, { hint: 'Give it another name with --name.' });
}

/** Publishes in requests, one under way and one being filled; ffmpeg waits whenever the broker does. */
async function publishAll(
  messages: AsyncIterable<OutgoingMessage>,
  publisher: Publisher,
  { lingerMs, onPublished, onStage }: ProduceOptions,
  video: string,
): Promise<number> {
  const extracted = timed(batches(messages, { ...request, lingerMs }), (seconds, { length }) =>
    onStage?.('extract', seconds, length),
  );
  const requests = Readable.from(extracted, { highWaterMark: 1 });
  let total = 0;
  for await (const batch of requests as AsyncIterable<OutgoingMessage[]>) {
    const startedAt = performance.now();
    await publisher.publish(batch);
    onStage?.('publish', secondsSince(startedAt), batch.length);
    const bytes = batch.reduce((sum, message) => sum + weightOf(message), 0);
    total += bytes;
    onPublished?.(video, batch.length, bytes);
  }
  return total;
}

function asMvsError(error: unknown): MvsError {
  return error instanceof MvsError ? error : new MvsError('BUG', messageOf(error), { cause: error });
}
