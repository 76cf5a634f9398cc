import { setMaxListeners } from 'node:events';
import pMap from 'p-map';
import type { Source } from '../source/source.js';
import type { FrameStream } from '../stream/port.js';
import type { FailedVideo, Produced, ProduceOptions, PublishedVideo } from './outcome.js';
import { produceVideo } from './publish-video.js';
import { produceFolder, type WatchedFolder } from './watched-folder.js';

/**
 * Produces the sources, or the files that appear in a folder. Several videos at a time; one that fails does not stop the others.
 *
 * @throws MvsError NO_INPUT if the folder cannot be read.
 */
export function produce(
  stream: FrameStream,
  input: readonly Source[] | WatchedFolder,
  options: ProduceOptions,
): Promise<Produced> {
  return 'folder' in input ? produceFolder(stream, input, options) : produceSources(stream, input, options);
}

/** Live sources run in addition to `jobs`: they do not end, so one that waited for another would never be read. */
async function produceSources(
  stream: FrameStream,
  sources: readonly Source[],
  options: ProduceOptions,
): Promise<Produced> {
  const startedAt = Date.now();
  const live = sources.filter(({ kind }) => kind === 'live');
  const others = sources.filter(({ kind }) => kind !== 'live');
  const concurrentVideos = Math.min(options.jobs, others.length) + live.length;
  // Each video adds several listeners; Node takes more than ten for a leak.
  setMaxListeners(Infinity, options.signal);
  const outcomes = new Map<Source, PublishedVideo | FailedVideo>();
  const work = async (source: Source): Promise<void> => {
    outcomes.set(source, await produceVideo(stream, source, { ...options, concurrentVideos }));
  };
  await Promise.all([...live.map(work), pMap(others, work, { concurrency: options.jobs })]);
  const ordered = sources.flatMap((source) => outcomes.get(source) ?? []);
  return {
    videos: ordered.filter((outcome) => 'video' in outcome),
    failed: ordered.filter((outcome) => 'error' in outcome),
    seconds: (Date.now() - startedAt) / 1000,
  };
}
