import type { Size } from '../../frames/frame.js';
import { samplingMethodOf } from '../../frames/sampling.js';
import { MvsError } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import { extract } from '../../extract/extract.js';
import { probeVideo } from '../../extract/probe.js';
import type { VideoFile } from '../../extract/source-file.js';
import type { EndOfVideo, Frame } from '../../frames/frame.js';
import type { Origin } from '../../frames/origin.js';
import type { VideoInfo } from '../../store/port.js';
import { decode } from '../../stream/codec.js';
import type { FrameStream } from '../../stream/port.js';

/** A frame to classify again, and where its message is, if it came from the topic. */
export interface FoundFrame {
  readonly content: Frame;
  readonly origin?: Origin;
}

/** The frames of these videos that retention has left in the topic. @throws MvsError TOPIC_MISSING */
export async function* framesOfTopic(
  stream: FrameStream,
  videos: ReadonlyMap<string, VideoInfo>,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Log },
): AsyncGenerator<FoundFrame> {
  for await (const { message, origin } of stream.browse('mvs-relabel', signal)) {
    try {
      const decoded = decode(message);
      if (decoded.type !== 'frame') continue;
      const { frame: content } = decoded;
      if (videos.get(content.video)?.fingerprint === content.fingerprint) yield { content, origin };
    } catch (error) {
      if (!(error instanceof MvsError) || error.code !== 'BAD_MESSAGE') throw error;
      // A consumer has made it a dead letter.
      log.debug(`partition ${origin.partition} offset ${origin.offset}: ${error.message}`);
    }
  }
}

/** The frames with these numbers that one sampling of a video chose, from its source file, and maybe others of the sampling. */
export async function* framesOfFile(
  { streamIndex, ...file }: VideoFile,
  { video, fingerprint, sampling, ...before }: EndOfVideo,
  only: readonly number[],
  { cover, signal }: { readonly cover: Size; readonly signal: AbortSignal },
): AsyncGenerator<FoundFrame> {
  const samplingMethod = samplingMethodOf(sampling);
  if (samplingMethod === undefined) throw new MvsError('BUG', `no such sampling: ${sampling}`);
  const probe = await probeVideo(file, { signal, streamIndex });
  for await (const frame of extract(file, { samplingMethod, only, before, cover, probe, signal }))
    yield { content: { video, fingerprint, sampling, ...frame } };
}
