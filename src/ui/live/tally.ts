import { RateMeter } from '../../core/base/rate-meter.js';

/** The progress of a video. */
export interface VideoTally {
  readonly video: string;
  readonly done: number;
  /** Null if not known yet. */
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

/** The number of ended videos whose names are kept. Late frames arrive soon after the end. */
const maxEnded = 10_000;

/** Counts frames by video while a command runs. Keeps details of active videos only, and names and sums of the others. */
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
   * @param videos the total number of videos, if known
   */
  constructor(
    readonly verb: string,
    readonly videos?: number,
    clock = (): number => performance.now(),
  ) {
    this.#clock = clock;
    this.#meter = new RateMeter(clock());
  }

  /** Marks a video as active, even if it has ended before. */
  begin(video: string, expected: number | null): void {
    this.#endedNames.delete(video);
    this.expect(video, expected);
  }

  /**
   * Sets the expected frames of a video (null if its end is unknown) and, if other consumers process it too, the frames that are done.
   * Has no effect on a video that has ended.
   */
  expect(video: string, expected: number | null, done?: number): void {
    const entry = this.#entryOf(video);
    if (!entry) return;
    entry.expected = expected ?? entry.expected;
    if (done !== undefined) entry.done = done;
  }

  /** Adds frames that this process has done. Late frames of an ended video count in the total only. */
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

  /** Marks a video as ended. */
  end(video: string): void {
    if (this.#endedNames.has(video)) return;
    const frames = this.#inWork.get(video)?.done ?? 0;
    this.#inWork.delete(video);
    this.#ended = { videos: this.#ended.videos + 1, frames: this.#ended.frames + frames };
    this.#endedNames.add(video);
    const [oldest = video] = this.#endedNames;
    if (this.#endedNames.size > maxEnded) this.#endedNames.delete(oldest);
  }

  /** The active videos, in the order in which they began. */
  get inWork(): VideoTally[] {
    const now = this.#clock();
    return [...this.#inWork].map(([video, { done, expected, bytes, meter }]) => ({
      ...{ video, done, expected, bytes },
      perSecond: meter.perSecond(now),
    }));
  }

  /** The total of this process. `expected` is null if the length of an active or future video is unknown. */
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
