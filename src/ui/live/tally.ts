import { RateMeter } from '../../core/base/rate-meter.js';

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

/** So many names of videos that have ended are kept; what is late comes soon after the end. */
const maxEnded = 10_000;

/** Counts frames by video while a command runs. Keeps the videos in work only; of the others, names and sums. */
export class Tally {
  readonly #inWork = new Map<string, Entry>();
  readonly #meter: RateMeter;
  readonly #clock: () => number;
  readonly #endedNames = new Set<string>();
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

  /** A video is in work from now on, also one that was before. */
  begin(video: string, expected: number | null): void {
    this.#endedNames.delete(video);
    this.expect(video, expected);
  }

  /**
   * Says how many frames of a video there will be, null where nobody has heard of an end, and how many are done already where
   * others work on it too. Of one that has ended nothing is new.
   */
  expect(video: string, expected: number | null, done?: number): void {
    const entry = this.#entryOf(video);
    if (!entry) return;
    entry.expected = expected ?? entry.expected;
    if (done !== undefined) entry.done = done;
  }

  /** Frames that are done, by this process; late ones of a video that has ended count in the total only. */
  add(video: string, frames: number, bytes = 0): void {
    const now = this.#clock();
    const entry = this.#entryOf(video);
    if (entry) {
      entry.done += frames;
      entry.bytes += bytes;
      entry.meter.add(frames, now);
    }
    this.#meter.add(frames, now);
    this.#frames += frames;
    this.#bytes += bytes;
  }

  /** Nothing more will come of it, if anything ever came. */
  end(video: string): void {
    if (this.#endedNames.has(video)) return;
    const frames = this.#inWork.get(video)?.done ?? 0;
    this.#inWork.delete(video);
    this.#ended = { videos: this.#ended.videos + 1, frames: this.#ended.frames + frames };
    this.#endedNames.add(video);
    const [oldest = video] = this.#endedNames;
    if (this.#endedNames.size > maxEnded) this.#endedNames.delete(oldest);
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

  #entryOf(video: string): Entry | undefined {
    const known = this.#inWork.get(video);
    if (known || this.#endedNames.has(video)) return known;
    const entry = { done: 0, expected: null, bytes: 0, meter: new RateMeter(this.#clock()) };
    this.#inWork.set(video, entry);
    return entry;
  }
}
