import { Transform, type TransformCallback } from 'node:stream';

/** What becomes of a frame: it goes on, it is lost with its connection, or it is swallowed and its sender waits. */
export type Verdict = 'pass' | 'drop' | 'hold';

export interface Framing {
  /** Bytes that are enough to judge a frame by. */
  readonly headBytes: number;
  /** Length of the frame that begins here, its length field included; four bytes are there. */
  lengthOf(head: Buffer): number;
}

export interface FrameFilterOptions {
  readonly framing: Framing;
  readonly judge: (head: Buffer, length: number) => Verdict;
  readonly cut: () => void;
}

/** One direction of a connection. Frames are judged by their heads and never held whole, so memory stays bounded. */
export class FrameFilter extends Transform {
  readonly #options: FrameFilterOptions;
  /** Of a frame whose head is not complete yet. */
  #begun: Buffer = Buffer.alloc(0);
  #left = 0;
  #passes = true;

  constructor(options: FrameFilterOptions) {
    super();
    this.#options = options;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const { framing, judge, cut } = this.#options;
    let rest = this.#begun.length > 0 ? Buffer.concat([this.#begun, chunk]) : chunk;
    this.#begun = Buffer.alloc(0);
    while (rest.length > 0) {
      if (this.#left === 0) {
        const length = rest.length < 4 ? Infinity : framing.lengthOf(rest);
        if (rest.length < Math.min(length, framing.headBytes)) {
          this.#begun = rest;
          break;
        }
        const verdict = judge(rest, length);
        if (verdict === 'drop') {
          cut();
          return;
        }
        this.#passes = verdict === 'pass';
        this.#left = length;
      }
      const part = rest.subarray(0, this.#left);
      this.#left -= part.length;
      rest = rest.subarray(part.length);
      if (this.#passes) this.push(part);
    }
    done();
  }
}
