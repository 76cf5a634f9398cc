import { withoutRepetition, type Log } from '../base/log.js';
import { quoted } from '../base/text.js';
import type { NameForm } from '../source/names.js';
import type { FileSource, SourceProblem } from '../source/source.js';
import { watchFolder, type WatchedFile } from '../source/watch-folder.js';
import type { FrameStream } from '../stream/port.js';
import type { FailedVideo, Produced, ProduceOptions, PublishedVideo } from './outcome.js';
import { Postponed, type RetryDelays } from './postponed.js';
import { produceVideo } from './publish-video.js';

export interface WatchedFolder {
  readonly folder: string;
  readonly recursive: boolean;
  readonly nameFrom: NameForm;
  readonly settleMs: number;
  /** Between attempts at a file that the stream does not take; the default is 1 to 30 s. */
  readonly retryDelays?: RetryDelays;
}

/** A watch may last for months: this many outcomes are kept for the end, and the sums of the others. */
const kept = 1000;

/**
 * Produces the videos of a folder as they appear, several at a time, until the signal. Videos that have begun are then
 * finished; a user who does not want to wait can kill the process, because producing them again is safe. If the topic is missing or
 * a service is unavailable, a file is retried until it works, or the watch ends.
 *
 * @throws MvsError NO_INPUT if the folder cannot be read.
 */
export async function produceFolder(
  stream: FrameStream,
  { folder, retryDelays, ...how }: WatchedFolder,
  options: ProduceOptions,
): Promise<Produced> {
  const startedAt = Date.now();
  const { signal, log } = options;
  const outcomes = new Outcomes(log);
  const onProblem = ({ input, error }: SourceProblem): void => {
    outcomes.add({ source: input, error });
  };
  const files = watchFolder(folder, { ...how, signal, log, onProblem });
  const { onEnd, ...others } = options;
  const toTheEnd = { ...others, signal: new AbortController().signal, concurrentVideos: options.jobs };
  const end = (source: FileSource, outcome: PublishedVideo | FailedVideo): void => {
    onEnd?.(source.video, outcome);
    outcomes.add(outcome);
  };
  const postponed = new Postponed(stream, log, retryDelays);
  /** Of the files that are retried. */
  const logs = new Map<string, Log>();
  const attempt = async ({ source, later }: WatchedFile): Promise<void> => {
    const ownLog = logs.get(source.input) ?? withoutRepetition(log);
    const outcome =
      (await postponed.failureOf(source)) ??
      (await produceVideo(stream, source, { ...toTheEnd, log: ownLog }));
    const delay = postponed.add(source, outcome);
    if (delay === undefined) {
      logs.delete(source.input);
      end(source, outcome);
    } else {
      logs.set(source.input, ownLog);
      later(delay);
    }
  };
  const work = async (): Promise<void> => {
    for (let next = await files.next(); !next.done; next = await files.next()) await attempt(next.value);
  };
  // An async generator answers its readers in turn, so several of them can share it.
  await Promise.all(Array.from({ length: options.jobs }, work));
  for (const { source, outcome } of postponed.files) end(source, outcome);
  return { ...outcomes.all, seconds: (Date.now() - startedAt) / 1000 };
}

/** Logs each outcome, and remembers the last ones. */
class Outcomes {
  readonly #videos: PublishedVideo[] = [];
  readonly #failed: FailedVideo[] = [];
  #unlisted = { videos: 0, framesPublished: 0, failed: 0 };

  constructor(readonly log: Log) {}

  add(outcome: PublishedVideo | FailedVideo): void {
    if ('error' in outcome) this.#addFailed(outcome);
    else this.#addVideo(outcome);
  }

  get all(): Omit<Produced, 'seconds'> {
    const { videos, failed } = this.#unlisted;
    const unlisted = videos + failed > 0 ? { unlisted: this.#unlisted } : {};
    return { videos: this.#videos, failed: this.#failed, ...unlisted };
  }

  #addVideo(outcome: PublishedVideo): void {
    const { video, source, framesPublished } = outcome;
    this.log.info(`${quoted(video)} is published (frames: ${framesPublished})`, {
      video,
      source,
      framesPublished,
    });
    this.#videos.push(outcome);
    const oldest = this.#videos.length > kept ? this.#videos.shift() : undefined;
    if (!oldest) return;
    this.#unlisted.videos += 1;
    this.#unlisted.framesPublished += oldest.framesPublished;
  }

  #addFailed(outcome: FailedVideo): void {
    const { message, hint, code } = outcome.error;
    this.log.warn(hint === undefined ? message : `${message}. ${hint}`, { source: outcome.source, code });
    this.#failed.push(outcome);
    if (this.#failed.length <= kept) return;
    const oldest = this.#failed.shift();
    this.#unlisted.failed += 1;
    this.#unlisted.framesPublished += oldest?.part?.framesPublished ?? 0;
  }
}
