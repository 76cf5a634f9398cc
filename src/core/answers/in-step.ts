import type { GlimpsedFrame, Results } from '../store/port.js';

/** One frame, with the record of each of two versions that has one. */
export interface Pair {
  readonly a: GlimpsedFrame | undefined;
  readonly b: GlimpsedFrame | undefined;
}

/**
 * The frames of a video that at least one of two versions has, in ascending order and each once. Holds about one page of each version
 * in memory.
 */
export async function* inStep(
  a: Pick<Results, 'glimpses'>,
  b: Pick<Results, 'glimpses'>,
  video: string,
): AsyncGenerator<readonly Pair[]> {
  const [left, right] = [new Reader(a.glimpses(video)), new Reader(b.glimpses(video))];
  try {
    for (;;) {
      await Promise.all([left.fill(), right.fill()]);
      const pairs = pairsOf(left, right);
      if (pairs.length === 0) return;
      yield pairs;
    }
  } finally {
    await Promise.all([left.close(), right.close()]);
  }
}

/** Until one of the pages ends. */
function pairsOf(left: Reader, right: Reader): Pair[] {
  const pairs: Pair[] = [];
  while (left.isReady && right.isReady) {
    const [a, b] = [left.next, right.next];
    const frame = Math.min(a?.frame ?? Infinity, b?.frame ?? Infinity);
    if (frame === Infinity) break;
    pairs.push({ a: left.take(frame), b: right.take(frame) });
  }
  return pairs;
}

/** Reads pages of ascending frames one frame at a time. */
class Reader {
  readonly #pages: AsyncIterator<readonly GlimpsedFrame[]>;
  #page: readonly GlimpsedFrame[] = [];
  #at = 0;
  #ended = false;

  constructor(pages: AsyncIterable<readonly GlimpsedFrame[]>) {
    this.#pages = pages[Symbol.asyncIterator]();
  }

  /** Undefined at the end, and where the page ends. */
  get next(): GlimpsedFrame | undefined {
    return this.#page[this.#at];
  }

  /** False if the next frame is on the next page. */
  get isReady(): boolean {
    return this.#ended || this.#at < this.#page.length;
  }

  /** Goes to the next page if this one has been read. */
  async fill(): Promise<void> {
    while (!this.isReady) {
      const last = this.#page.at(-1)?.frame;
      const read = await this.#pages.next();
      this.#ended = read.done === true;
      this.#page = read.done === true ? [] : read.value;
      this.#at = 0;
      this.#skip(last);
    }
  }

  /** The next frame, if it has this number. */
  take(frame: number): GlimpsedFrame | undefined {
    const { next } = this;
    if (next?.frame !== frame) return undefined;
    this.#skip(frame);
    return next;
  }

  async close(): Promise<void> {
    await this.#pages.return?.();
  }

  /** A frame is stored twice only if the unique index was dropped. */
  #skip(frame: number | undefined): void {
    while (this.next !== undefined && this.next.frame === frame) this.#at++;
  }
}
