import { availableParallelism } from 'node:os';
import type { CommandOptions } from './command.js';
import type { FrameOptions } from './extracted.js';
import type { VideoProbe } from './probe-answer.js';
import { outputSize } from './scaling.js';
import { isShort } from './short.js';

/** What a caller wants of a video, in ffmpeg's terms. */
export function commandOptions(probe: VideoProbe, options: FrameOptions): CommandOptions {
  const { samplingMethod, quality = 3, realtime = false, concurrentVideos = 1 } = options;
  // More decoder threads than cores would only compete.
  const threads = Math.max(1, Math.round(availableParallelism() / concurrentVideos));
  return {
    samplingMethod,
    quality,
    realtime,
    threads,
    isShort: isShort(probe),
    size: outputSize(probe, options),
  };
}
