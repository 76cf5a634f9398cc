import { MvsError, type ErrorCode } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { FailedVideo, PublishedVideo } from './outcome.js';
import { quoted } from '../base/text.js';
import type { FileSource } from '../source/source.js';
import type { FrameStream } from '../stream/port.js';

/** Milliseconds until a file is retried: after its first failure, and at most. */
export interface RetryDelays {
  readonly least: number;
  readonly most: number;
}

const usualDelays: RetryDelays = { least: 1000, most: 30_000 };

type Stream = Pick<FrameStream, 'partitions'>;

interface Waiting {
  readonly source: FileSource;
  readonly outcome: FailedVideo;
  readonly attempts: number;
}

/** The files of a watched folder that the stream did not take; the files may be fine, so each is retried until it works. */
export class Postponed {
  readonly #stream: Stream;
  readonly #log: Log;
  readonly #delays: RetryDelays;
  readonly #waiting = new Map<string, Waiting>();
  /** The errors of this outage that have been logged; an outage lasts until a file is published. */
  readonly #logged = new Set<ErrorCode>();
  #answer: Promise<MvsError | undefined> = Promise.resolve(undefined);
  #askAt = 0;

  constructor(stream: Stream, log: Log, delays = usualDelays) {
    this.#stream = stream;
    this.#log = log;
    this.#delays = delays;
  }

  /** The files that have not been published yet. */
  get files(): Pick<Waiting, 'source' | 'outcome'>[] {
    return [...this.#waiting.values()].map(({ source, outcome }) => ({
      source,
      outcome: { ...outcome, error: notPublished(source, outcome.error) },
    }));
  }

  /** The failure of a file that is not even read, because the stream takes nothing now. */
  async failureOf(source: FileSource): Promise<FailedVideo | undefined> {
    const error = await this.#problem();
    if (!error) return undefined;
    const before = this.#waiting.get(source.input)?.outcome;
    return { ...(before ?? { source: source.input }), error };
  }

  /** @returns milliseconds until the file is to be retried; undefined if the outcome is final */
  add(source: FileSource, outcome: PublishedVideo | FailedVideo): number | undefined {
    if (!('error' in outcome)) this.#logged.clear();
    if (!('error' in outcome) || !isOutage(outcome.error)) {
      this.#waiting.delete(source.input);
      return undefined;
    }
    const attempts = (this.#waiting.get(source.input)?.attempts ?? 0) + 1;
    this.#waiting.set(source.input, { source, outcome, attempts });
    this.#logOnce(outcome);
    const { least, most } = this.#delays;
    return Math.min(most, least * 2 ** (attempts - 1));
  }

  #logOnce({ source, error: { code, message, hint } }: FailedVideo): void {
    this.#log.debug(`${quoted(source)} will be retried: ${message}`);
    if (this.#logged.has(code)) return;
    this.#logged.add(code);
    const what = `${message}; files are retried until it works`;
    this.#log.warn(hint === undefined ? what : `${what}. ${hint}`, { source, code });
  }

  /** Asks the stream during an outage, once for all files that are retried at the same time. */
  #problem(): Promise<MvsError | undefined> {
    if (this.#logged.size === 0) return Promise.resolve(undefined);
    if (performance.now() >= this.#askAt) {
      this.#answer = problemOf(this.#stream);
      this.#askAt = performance.now() + this.#delays.least;
    }
    return this.#answer;
  }
}

/** A failure of the stream, which takes no file now, or has lost the frames of this one: the file itself may be fine. */
function isOutage({ code, retriable }: MvsError): boolean {
  if (code === 'BROKER_UNAVAILABLE') return retriable;
  return code === 'TOPIC_MISSING' || code === 'TOPIC_RECREATED';
}

async function problemOf(stream: Stream): Promise<MvsError | undefined> {
  try {
    await stream.partitions();
    return undefined;
  } catch (error) {
    return error instanceof MvsError && isOutage(error) ? error : undefined;
  }
}

function notPublished({ input }: FileSource, { code, message, hint, cause, retriable }: MvsError): MvsError {
  const options = { cause, retriable, ...(hint === undefined ? {} : { hint }) };
  return new MvsError(code, `${quoted(input)} is not published: ${message}`, options);
}
