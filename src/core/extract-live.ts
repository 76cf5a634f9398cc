import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';
import { messageOf, MvsError } from './errors.js';
import {
  extract,
  probe,
  type ExtractedFrame,
  type ExtractionTotals,
  type ExtractOptions,
} from './extract.js';
import type { VideoProbe } from './extract/probe-answer.js';
import type { Log } from './log.js';
import { map } from './map-generator.js';
import { quoted } from './source-files.js';
import type { LiveInput } from './source-live.js';

export interface LiveOptions {
  /** The recording ends after so many milliseconds; undefined: with the signal, or with the source. */
  readonly maxDurationMs?: number;
  /** A source that is lost is looked for so many times. */
  readonly reconnectAttempts: number;
}

type LiveExtractOptions = LiveOptions &
  ExtractOptions & {
    readonly signal: AbortSignal;
    readonly log: Log;
    readonly video: VideoProbe;
    /** Whether the source has said that nothing will follow. */
    readonly hasEnded: () => Promise<boolean>;
  };

const firstWaitMs = 500;
const longestWaitMs = 30_000;

/**
 * Extracts the chosen frames of a live source until it ends, `maxDurationMs` are over or the signal comes, each of which is
 * its regular end. One that is lost is connected to again: numbers go on where they were, times go on by the clock.
 *
 * @throws MvsError as `extract` does, where not a single frame came; the signal's reason where it came first.
 */
export async function* extractLive(
  source: LiveInput,
  options: LiveExtractOptions,
): AsyncGenerator<ExtractedFrame, ExtractionTotals, void> {
  const { signal, maxDurationMs, reconnectAttempts, hasEnded, log } = options;
  using limit = timeLimit(maxDurationMs);
  const over = AbortSignal.any([signal, limit.signal]);
  const isOver = (): boolean => over.aborted;
  const timeline = new Timeline();
  let { video } = options;
  let fruitless = 0;
  for (let again = false; ; again = true) {
    const before = timeline.framesExtracted;
    timeline.connect();
    let problem = 'it ended';
    try {
      const run = extract({ ...source, again }, { ...options, video, signal: over, realtime: true });
      const { framesDecoded } = yield* map(run, (frame) => timeline.place(frame));
      if (isOver() || (await hasEnded())) return timeline.totals(framesDecoded);
    } catch (error) {
      if (timeline.framesExtracted === 0) throw limit.signal.aborted ? nothingCame(source) : error;
      if (!isOver() && !(error instanceof MvsError)) throw error;
      problem = messageOf(error);
    }
    // The Ctrl-C of a terminal reaches ffmpeg too, and may end it before we hear of it.
    await sleep(100, undefined, { signal: over }).catch(() => undefined);
    if (isOver()) return timeline.totals();
    fruitless = timeline.framesExtracted > before ? 0 : fruitless + 1;
    const retries = reconnectAttempts - fruitless - 1;
    if (reconnectAttempts === 0) return timeline.totals();
    log.warn(`${quoted(source.input)} was lost (${problem}); connecting again`);
    const found = await findAgain(source, { ...options, signal: over }, retries);
    if (isOver()) return timeline.totals();
    if (!found)
      return timeline.totals(undefined, `lost, and not found again in ${reconnectAttempts} attempts`);
    video = found;
  }
}

/** What the source is now; undefined where it has not been found in so many attempts, or the signal came. */
async function findAgain(
  source: LiveInput,
  options: LiveExtractOptions,
  retries: number,
): Promise<VideoProbe | undefined> {
  if (retries < 0) return undefined;
  const { signal, log } = options;
  const waits = { retries, minTimeout: firstWaitMs, maxTimeout: longestWaitMs };
  try {
    return await pRetry(() => probe({ ...source, again: true }, options), { ...waits, signal });
  } catch (error) {
    log.debug(messageOf(error));
    return undefined;
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

function nothingCame({ input }: LiveInput): MvsError {
  return new MvsError('SOURCE_UNAVAILABLE', `No frame of ${quoted(input)} came within --max-duration`, {
    retriable: true,
    hint: 'Check that the camera sends; the first frame that is kept may be one of the later ones (--every).',
  });
}

/** Numbers and times of all connections together. */
class Timeline {
  framesExtracted = 0;
  /** The number of the last frame, and what was decoded before this connection as far as it counts. */
  #frame = 0;
  #base = 0;
  #time = 0;
  #firstAt: number | undefined;
  #offset: number | undefined = 0;

  connect(): void {
    // Behind the last frame that was kept: with --every its number is a multiple, and those that follow are too.
    this.#base = this.#frame;
    this.#offset = this.framesExtracted === 0 ? 0 : undefined;
  }

  place({ frame, time, jpeg }: ExtractedFrame): ExtractedFrame {
    const now = performance.now() / 1000;
    this.#firstAt ??= now - time;
    // A source that sends its past first is ahead of the clock: times never run back.
    this.#offset ??= Math.max(now - this.#firstAt, this.#time + 0.001) - time;
    this.#time = Math.round((time + this.#offset) * 1000) / 1000;
    this.#frame = this.#base + frame;
    this.framesExtracted += 1;
    return { frame: this.#frame, time: this.#time, jpeg };
  }

  /**
   * What one joins in the middle never decodes without complaint, so that alone is no damage.
   * @param decoded by this connection, where that is known
   */
  totals(decoded?: number, problem?: string): ExtractionTotals {
    const problems = problem === undefined ? [] : [problem];
    const framesDecoded = decoded === undefined ? this.#frame : this.#base + decoded;
    return {
      framesDecoded,
      framesExtracted: this.framesExtracted,
      damaged: problem !== undefined,
      problems,
    };
  }
}
