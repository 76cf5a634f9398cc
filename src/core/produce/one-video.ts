import { firstErrorOf, isInterruption, messageOf, MvsError } from '../base/errors.js';
import type { FailedVideo, ProduceOptions, PublishedVideo } from './outcome.js';
import { publishVideo } from './publish-video.js';
import type { Source } from '../source/source.js';
import type { FrameStream } from '../stream/port.js';

const againHint = 'Start again with the same inputs: what is stored is not stored twice.';

/** Produces one video, `among` so many at this time. Never rejects; what was published before it failed is told. */
export async function produceOne(
  stream: FrameStream,
  source: Source,
  options: ProduceOptions & { readonly among: number },
): Promise<PublishedVideo | FailedVideo> {
  const startedAt = Date.now();
  const published = { framesPublished: 0, bytes: 0 };
  const onPublished = (video: string, frames: number, bytes: number): void => {
    published.framesPublished += frames;
    published.bytes += bytes;
    options.onPublished?.(video, frames, bytes);
  };
  const outcome = await publishVideo(stream, source, { ...options, onPublished }).catch((error: unknown) => ({
    source: source.input,
    error: asMvsError(error),
    part: { video: source.video, ...published, seconds: (Date.now() - startedAt) / 1000 },
  }));
  options.onEnd?.(source.video, outcome);
  return outcome;
}

function asMvsError(thrown: unknown): MvsError {
  const error = firstErrorOf(thrown);
  if (isInterruption(error))
    return new MvsError('INTERRUPTED', messageOf(error), { hint: againHint, cause: error });
  return error instanceof MvsError ? error : new MvsError('BUG', messageOf(error), { cause: error });
}
