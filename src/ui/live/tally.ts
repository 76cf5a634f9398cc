import { RateMeter } from '../../core/rate-meter.js';

/** How far one video is. */
export interface VideoTally {
  readonly video: string;
  readonly done: number;
  /** Null where nobody knows yet. */
  readonly expected: number | null;
  readonly bytes: number;
  readonly perSecond: number;
}

interface Entry {
  done: number;
  expected: number | null;
  bytes: number;
  readonly meter: RateMeter;
}

/** Counts frames by video while a command runs. Keeps the videos in work only; of the others, their sums. */
export class Tally {
  readonly #inWork = new Map<string, Entry>();
  readonly #meter: RateMeter;
  readonly #clock: () => number;
  #ended = { videos: 0, frames: 0 };
  #frames = 0;
  #bytes = 0;

  /**
   * @param verb what is done to frames: "published"
   * @param videos how many there will be, where that is known
   */
  constructor(
    readonly verb: string,
    readonly videos?: number,
    clock = (): number => performance.now(),
  ) {
    this.#clock = clock;
    this.#meter = new RateMeter(clock());
  }

  /** Says how many frames of a video there will be, null where nobody has heard of an end, and how many are done already where others work on it too. */
  expect(video: string, expected: number | null, done?: number): void {
    const entry = this.#entryOf(video);
    entry.expected = expected ?? entry.expected;
    if (done !== undefined) entry.done = done;
  }

  add(video: string, frames: number, bytes = 0): void {
    const entry = this.#entryOf(video);
    const now = this.#clock();
    entry.done += frames;
    entry.bytes += bytes;
    entry.meter.add(frames, now);
    this.#meter.add(frames, now);
    this.#frames += frames;
    this.#bytes += bytes;
  }

  /** Nothing more will come of it. */
  end(video: string): void {
    const entry = this.#inWork.get(video);
    if (!entry) return;
    this.#inWork.delete(video);
    this.#ended = { videos: this.#ended.videos + 1, frames: this.#ended.frames + entry.done };
  }

  /** The videos in work, in the order in which they began. */
  get inWork(): VideoTally[] {
    const now = this.#clock();
    return [...this.#inWork].map(([video, { done, expected, bytes, meter }]) => ({
      ...{ video, done, expected, bytes },
      perSecond: meter.perSecond(now),
    }));
  }

  /** Of this process. `expected` is null where a video is in work, or to come, whose length nobody knows. */
  get total(): Omit<VideoTally, 'video'> & { readonly ended: number } {
    const open = [...this.#inWork.values()];
    const known = this.videos === this.#ended.videos + open.length && open.every((entry) => entry.expected);
    const expected = open.reduce((sum, entry) => sum + (entry.expected ?? 0), this.#ended.frames);
    return {
      done: this.#frames,
      expected: known ? expected : null,
      bytes: this.#bytes,
      perSecond: this.#meter.perSecond(this.#clock()),
      ended: this.#ended.videos,
    };
  }

  #entryOf(video: string): Entry {
    const known = this.#inWork.get(video);
    if (known) return known;
    const entry = { done: 0, expected: null, bytes: 0, meter: new RateMeter(this.#clock()) };
    this.#inWork.set(video, entry);
    return entry;
  }
}
