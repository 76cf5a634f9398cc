/** Reads a header bit by bit. Beyond its end there are zeros. */
export class Bits {
  #at = 0;

  constructor(readonly bytes: Uint8Array) {}

  take(count: number): number {
    let value = 0;
    for (let n = 0; n < count; n++, this.#at++)
      value = value * 2 + (((this.bytes[this.#at >> 3] ?? 0) >> (7 - (this.#at & 7))) & 1);
    return value;
  }

  flag(): boolean {
    return this.take(1) === 1;
  }

  /** An Exp-Golomb code. */
  ue(): number {
    let zeros = 0;
    while (zeros < 32 && !this.flag()) zeros += 1;
    return 2 ** zeros - 1 + this.take(zeros);
  }

  /** A signed Exp-Golomb code. */
  se(): number {
    const code = this.ue();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }
}
