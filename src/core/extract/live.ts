import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, MvsError } from '../base/errors.js';
import {
  extract,
  probe,
  type ExtractedFrame,
  type ExtractionTotals,
  type ExtractOptions,
} from './extract.js';
import { Numbering } from './numbering.js';
import type { VideoProbe } from './probe-answer.js';
import { Reconnecting } from './reconnecting.js';
import type { Log } from '../base/log.js';
import { quoted } from '../base/text.js';
import type { LiveInput } from '../source/live.js';

export interface LiveOptions {
  /** The recording ends after so many milliseconds; undefined: with the signal, or with the source. */
  readonly maxDurationMs?: number;
  /** A source that is lost is looked for so many times. */
  readonly reconnectAttempts: number;
}

export type LiveExtractOptions = LiveOptions &
  ExtractOptions & {
    readonly signal: AbortSignal;
    readonly log: Log;
    readonly video: VideoProbe;
    /** It is a recording that was there from its beginning to its end: what is wrong with it counts, and it is read once. */
    readonly recorded: boolean;
    /** Whether the source has said that nothing will follow. */
    readonly hasEnded: () => Promise<boolean>;
    /** Whether no more frames can be taken after the last one. */
    readonly isFull?: () => boolean;
  };

/**
 * Extracts the chosen frames of a live source until it ends, `maxDurationMs` are over, the signal comes or its video can take
 * no more, each of which is its regular end. One that is lost is connected to again: numbers go on where they were, times go on by the clock.
 *
 * @throws MvsError as `extract` does, and SOURCE_UNAVAILABLE where not a single frame was chosen; the signal's reason where it
 *   came before that.
 */
export async function* extractLive(
  source: LiveInput,
  options: LiveExtractOptions,
): AsyncGenerator<ExtractedFrame, ExtractionTotals, void> {
  const { signal, maxDurationMs, reconnectAttempts, recorded, hasEnded, log } = options;
  using limit = timeLimit(maxDurationMs);
  const over = AbortSignal.any([signal, limit.signal]);
  const isOver = (): boolean => over.aborted;
  const numbering = new Numbering();
  const reconnecting = new Reconnecting(reconnectAttempts);
  const end = (decoded?: number, problems?: readonly string[]): ExtractionTotals => {
    if (numbering.framesExtracted > 0) return numbering.totals(decoded, problems);
    signal.throwIfAborted();
    throw nothingCame(source, limit.signal.aborted);
  };
  let { video } = options;
  for (let again = false; ; again = true) {
    const before = numbering.framesExtracted;
    numbering.connect();
    let problem = 'it ended';
    try {
      const run = extract({ ...source, again }, { ...options, video, signal: over, realtime: true });
      const read = yield* placed(run, numbering, options);
      if (read === 'full') {
        log.warn(`${quoted(source.input)}: its video can take no more frames, and ends; start another run`);
        return end();
      }
      if (recorded) return end(read.framesDecoded, read.damaged ? read.problems : []);
      if (isOver() || (await hasEnded())) return end(read.framesDecoded);
    } catch (error) {
      if (numbering.framesExtracted === 0) throw limit.signal.aborted ? nothingCame(source, true) : error;
      if (!isOver() && !(error instanceof MvsError)) throw error;
      problem = messageOf(error);
    }
    // The Ctrl-C of a terminal reaches ffmpeg too, and may end it before we hear of it.
    await sleep(100, undefined, { signal: over }).catch(() => undefined);
    if (isOver()) return end();
    if (recorded) return end(undefined, [problem]);
    if (reconnectAttempts === 0) return end();
    if (numbering.framesExtracted > before) reconnecting.startAnew();
    log.warn(`${quoted(source.input)} was lost (${problem}); connecting again`);
    const found = await reconnecting.find(
      () => probe({ ...source, again: true }, { ...options, signal: over }),
      {
        signal: over,
        log,
      },
    );
    if (isOver()) return end();
    if (!found) return end(undefined, [`lost, and not found again in ${reconnectAttempts} attempts`]);
    video = found;
  }
}

/** Frames with their numbers and times among those of all connections, until no more can be taken. */
async function* placed(
  run: AsyncGenerator<ExtractedFrame, ExtractionTotals, void>,
  numbering: Numbering,
  { isFull }: LiveExtractOptions,
): AsyncGenerator<ExtractedFrame, ExtractionTotals | 'full', void> {
  try {
    for (;;) {
      const next = await run.next();
      if (next.done === true) return next.value;
      const frame = numbering.place(next.value);
      if (!frame) return 'full';
      yield frame;
      if (isFull?.()) return 'full';
    }
  } finally {
    await run.return(undefined as never);
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

function nothingCame({ input }: LiveInput, inTime: boolean): MvsError {
  const until = inTime ? 'within --max-duration' : 'before it ended';
  return new MvsError('SOURCE_UNAVAILABLE', `No frame of ${quoted(input)} came ${until}`, {
    retriable: true,
    hint: 'Check that the camera sends; the first frame that is kept may be one of the later ones (--every).',
  });
}
