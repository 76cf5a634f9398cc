import pMap from 'p-map';
import { messageOf, MvsError } from './errors.js';
import type { FailedVideo, Produced, ProduceOptions, PublishedVideo } from './produced.js';
import { publishVideo } from './publish-video.js';
import type { Source } from './source.js';
import type { FrameStream } from './stream/port.js';

/** Several videos at a time. A video that fails does not stop the others. */
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

function asMvsError(error: unknown): MvsError {
  return error instanceof MvsError ? error : new MvsError('BUG', messageOf(error), { cause: error });
}
