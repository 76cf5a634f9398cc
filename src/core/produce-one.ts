import { firstErrorOf, messageOf, MvsError } from './errors.js';
import type { FailedVideo, ProduceOptions, PublishedVideo } from './produced.js';
import { publishVideo } from './publish-video.js';
import type { Source } from './source.js';
import type { FrameStream } from './stream/port.js';

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

function asMvsError(thrown: unknown): MvsError {
  const error = firstErrorOf(thrown);
  return error instanceof MvsError ? error : new MvsError('BUG', messageOf(error), { cause: error });
}
