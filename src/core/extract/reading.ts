import { later } from '../base/abort.js';
import {
  extract,
  fingerprint,
  probe,
  type ExtractedFrame,
  type ExtractionTotals,
  type ExtractOptions,
} from './extract.js';
import type { VideoProbe } from './probe-answer.js';
import { extractLive, type LiveExtractOptions, type LiveOptions } from './live.js';
import type { Log } from '../base/log.js';
import { watchForChange } from '../source/files.js';
import { liveFingerprint } from '../source/live.js';
import { openSource, type OpenOptions } from '../source/open.js';
import { playlistHasEnded } from '../source/playlist.js';
import { renameHint, type LiveSource, type Source } from '../source/source.js';

export interface ReadOptions extends OpenOptions, LiveOptions {
  readonly log: Log;
}

/** A source that has been opened, whatever kind it is. */
interface Reading extends AsyncDisposable {
  readonly video: VideoProbe;
  readonly fingerprint: string;
  /** Ends the publishing of its frames. */
  readonly publishSignal: AbortSignal;
  /** @param options `isFull` ends a live source in good order, where its video can take no more frames */
  extract(
    options: ExtractOptions & Pick<LiveExtractOptions, 'isFull'>,
  ): AsyncGenerator<ExtractedFrame, ExtractionTotals, void>;
  /** @throws MvsError SOURCE_CHANGED where what was read does not belong together. */
  mustBeUnchanged(): Promise<void>;
}

/** Time for the last frames and the totals of a live source, whose regular end the signal is. */
const farewellMs = 5000;

/** Opens a source to read it once. @throws MvsError as opening and probing do; the signal's reason when it is aborted. */
export function openReading(source: Source, options: ReadOptions): Promise<Reading> {
  return source.kind === 'live' ? openLive(source, options) : openFile(source, options);
}

async function openFile(source: Exclude<Source, LiveSource>, options: ReadOptions): Promise<Reading> {
  const file = await openSource(source, options);
  try {
    const video = await probe(file, options);
    const mustBeUnchanged = await watchForChange(file, renameHint(source));
    return {
      video,
      fingerprint: await fingerprint(file, options.signal),
      publishSignal: options.signal,
      extract: (how) => extract(file, { ...how, video }),
      mustBeUnchanged,
      [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
    };
  } catch (error) {
    await file[Symbol.asyncDispose]();
    throw error;
  }
}

async function openLive(source: LiveSource, options: ReadOptions): Promise<Reading> {
  const { live, address, input, startedAt } = source;
  const playlist = live === 'hls' ? new URL(address) : undefined;
  // It says best what is wrong with an address, and costs one request.
  const recorded = playlist !== undefined && (await playlistHasEnded(playlist, options));
  const video = { ...(await probe(source, options)), estimatedFrames: undefined, duration: undefined };
  const hasEnded = async (): Promise<boolean> =>
    playlist !== undefined && (await playlistHasEnded(playlist, options).catch(() => false));
  return {
    video,
    fingerprint: liveFingerprint(source.video, input, startedAt),
    publishSignal: later(options.signal, farewellMs),
    extract: (how) => extractLive(source, { ...how, ...options, video, recorded, hasEnded }),
    mustBeUnchanged: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
