import { Readable } from 'node:stream';
import { batches } from '../base/batch.js';
import { maxSourceLength } from '../frames/totals.js';
import { encodeEnd, encodeFrame } from '../stream/codec.js';
import { MvsError } from '../base/errors.js';
import { Extraction } from '../extract/extraction.js';
import { FrameListWriter } from '../frames/frame-list.js';
import type { Sampling } from '../frames/frame.js';
import { map } from '../base/map-generator.js';
import { weightOf } from '../stream/message.js';
import type { ProduceOptions, PublishedVideo } from './outcome.js';
import { openReading } from '../extract/reading.js';
import { estimate, nameOf } from '../frames/sampling.js';
import { renameHint, type Source } from '../source/source.js';
import { quoted } from '../base/text.js';
import { secondsSince, timed } from '../base/stage.js';
import type { FrameStream, OutgoingMessage, Publisher } from '../stream/port.js';

/**
 * A request to the broker: large enough to be cheap, small enough to bound memory (a few per video in work), and with its last
 * frame still below what a publisher sends at once.
 */
const request = { size: 64, maxWeight: 640 << 10, weigh: weightOf };

/** source ──▶ extract ──▶ publish of one video; `among` so many at this time. Its totals go last. */
export async function publishVideo(
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
  const list = 'every' in options.sampling ? undefined : new FrameListWriter();
  const isFull = (): boolean => list?.isFull ?? false;
  const extraction = new Extraction(reading.extract({ ...options, ...options.sampling, isFull }), list);
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
  await publisher.confirm();
  const { sampling: _sampling, frameList: _frameList, ...published } = totals;
  return { ...published, bytes, seconds: (Date.now() - startedAt) / 1000 };
}

/** Consumers would refuse each of its frames: it is told before there are any. */
async function refuseTaken(
  source: Source,
  { video, fingerprint }: Sampling,
  { ownerOf }: ProduceOptions,
): Promise<void> {
  const owner = await ownerOf?.(video);
  if (owner === undefined || owner === fingerprint) return;
  const message = `${quoted(source.input)}: the name ${quoted(video)} belongs to a video with other content`;
  throw new MvsError('VIDEO_CONFLICT', message, { hint: renameHint(source) });
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
