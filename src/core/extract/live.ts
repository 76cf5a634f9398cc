import { setTimeout as sleep } from 'node:timers/promises';
import { later } from '../base/abort.js';
import { messageOf, MvsError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { quoted } from '../base/text.js';
import { liveFingerprint, type LiveInput } from '../source/live.js';
import type { OpenOptions } from '../source/open.js';
import { playlistHasEnded } from '../source/playlist.js';
import type { LiveSource } from '../source/source.js';
import { extract, type FrameOptions, type Frames, type OpenVideo } from './extract.js';
import { Numbering } from './numbering.js';
import { probeVideo, type StreamOptions } from './probe.js';
import type { VideoProbe } from './probe-answer.js';
import { Reconnecting } from './reconnecting.js';
import type { ExtractionTotals } from './totals.js';

export interface LiveOptions {
  /** The recording ends after this many milliseconds; undefined: with the signal, or with the source. */
  readonly maxDurationMs?: number;
  /** How often to reconnect to a lost source. */
  readonly reconnectAttempts: number;
  readonly log: Log;
}

export type OpenLiveOptions = LiveOptions & OpenOptions & StreamOptions;

/** A source that is connected. */
interface Connected {
  readonly source: LiveInput;
  readonly probe: VideoProbe;
  /** It was a complete recording when it was opened: its problems are damage, and it is read once. */
  readonly recorded: boolean;
  /** Whether the source has announced its end. */
  readonly hasEnded: () => Promise<boolean>;
}

/** Time for the last frames and the totals of a live source, which ends regularly with the signal. */
const farewellMs = 5000;

/** @throws MvsError as connecting and probing do; the signal's reason when it is aborted. */
export async function openLive(source: LiveSource, options: OpenLiveOptions): Promise<OpenVideo> {
  const { live, address, input, startedAt } = source;
  const { signal } = options;
  const playlist = live === 'hls' ? new URL(address) : undefined;
  // Before the probe: this has the best messages for a wrong address, and costs one request.
  const recorded = playlist !== undefined && (await playlistHasEnded(playlist, options));
  const probe = { ...(await probeVideo(source, options)), estimatedFrames: undefined, duration: undefined };
  const hasEnded = async (): Promise<boolean> =>
    playlist !== undefined && (await playlistHasEnded(playlist, options).catch(() => false));
  const connected = { source, probe, recorded, hasEnded };
  return {
    probe,
    fingerprint: liveFingerprint(source.video, input, startedAt),
    publishSignal: later(signal, farewellMs),
    frames: (frameOptions, isFull) => recording(connected, options, frameOptions, isFull),
    mustBeUnchanged: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/**
 * Extracts the chosen frames of a live source until it ends, `maxDurationMs` are over, the signal aborts or its video is
 * full; each is a regular end. After a lost connection, numbers continue, and times continue by the clock. A layer of its own because it
 * reads one connection after the other.
 *
 * @throws MvsError as `extract` does, and SOURCE_UNAVAILABLE if no frame was chosen; the signal's reason if it aborted
 *   before the first frame.
 */
async function* recording(
  { source, recorded, hasEnded, ...connected }: Connected,
  { signal, stallMs, streamIndex, maxDurationMs, reconnectAttempts, log }: OpenLiveOptions,
  frameOptions: FrameOptions,
  isFull: () => boolean,
): Frames {
  using limit = timeLimit(maxDurationMs);
  const over = AbortSignal.any([signal, limit.signal]);
  const isOver = (): boolean => over.aborted;
  const tool = { signal: over, stallMs };
  const numbering = new Numbering();
  const reconnecting = new Reconnecting(reconnectAttempts);
  const end = (decoded?: number, problems?: readonly string[]): ExtractionTotals => {
    if (numbering.framesExtracted > 0 || (decoded ?? 0) > 0) return numbering.totals(decoded, problems);
    signal.throwIfAborted();
    throw noFrame(source, limit.signal.aborted);
  };
  let { probe } = connected;
  for (let again = false; ; again = true) {
    const before = numbering.framesExtracted;
    let problem = 'it ended';
    let decoded: number | undefined;
    try {
      const connection = extract({ ...source, again }, { ...frameOptions, ...tool, probe, realtime: true });
      const ended = yield* numbering.of(connection, isFull);
      if (ended === 'full') {
        log.warn(
          `${quoted(source.input)}: the video reached its maximum length and ends here; start another run`,
        );
        return end();
      }
      decoded = ended.framesDecoded;
      if (recorded) return end(decoded, ended.damaged ? ended.problems : []);
      if (isOver() || (await hasEnded())) return end(decoded);
    } catch (error) {
      if (numbering.framesExtracted === 0) throw limit.signal.aborted ? noFrame(source, true) : error;
      if (!isOver() && !(error instanceof MvsError)) throw error;
      problem = messageOf(error);
    }
    // The Ctrl-C of a terminal reaches ffmpeg too, and may end it before this process notices.
    await sleep(100, undefined, { signal: over }).catch(() => undefined);
    if (isOver()) return end();
    if (recorded) return end(undefined, [problem]);
    if (reconnectAttempts === 0) return end(decoded);
    if (numbering.framesExtracted > before) reconnecting.reset();
    log.warn(`${quoted(source.input)}: connection lost (${problem}); reconnecting`);
    const look = (): Promise<VideoProbe> => probeVideo({ ...source, again: true }, { ...tool, streamIndex });
    const found = await reconnecting.attempt(look, { signal: over, log });
    if (isOver()) return end();
    if (!found) return end(undefined, [`connection lost, and not restored in ${reconnectAttempts} attempts`]);
    probe = found;
  }
}

function timeLimit(ms: number | undefined): Disposable & { readonly signal: AbortSignal } {
  const limit = new AbortController();
  const timer =
    ms === undefined
      ? undefined
      : setTimeout(() => {
          limit.abort();
        }, ms);
  return {
    signal: limit.signal,
    [Symbol.dispose]: () => {
      clearTimeout(timer);
    },
  };
}

function noFrame({ input }: LiveInput, inTime: boolean): MvsError {
  const until = inTime ? 'within --max-duration' : 'before it ended';
  return new MvsError('SOURCE_UNAVAILABLE', `No frame of ${quoted(input)} was chosen ${until}`, {
    retriable: true,
    hint: 'Check that the camera sends. With --every N, the first frame that is chosen is number N.',
  });
}
