/** "-1.1754944e-38" and a comma: the longest text of a number. */
export const jsonBytesPerValue = 16;

/** A normalised picture has at most 256 different values in each channel. */
const mostTexts = 4096;

/**
 * Writes float32 numbers as JSON, each in the fewest digits that yield the same float32: half the length of JSON.stringify,
 * which writes doubles. The texts are cached, because pictures repeat their values.
 */
export class JsonTensor {
  readonly #texts = new Map<number, string>();

  /** All values in one list. */
  flat(values: Float32Array): string {
    const texts: string[] = [];
    for (const value of values) texts.push(this.#textOf(value));
    return `[${texts.join(',')}]`;
  }

  /** Lists within lists, as `shape` says; its product is the number of values. */
  nested(values: Float32Array, [, ...inner]: readonly number[]): string {
    if (inner.length === 0) return this.flat(values);
    const size = inner.reduce((a, b) => a * b, 1);
    const parts: string[] = [];
    for (let at = 0; at < values.length; at += size)
      parts.push(this.nested(values.subarray(at, at + size), inner));
    return `[${parts.join(',')}]`;
  }

  #textOf(value: number): string {
    const known = this.#texts.get(value);
    if (known !== undefined) return known;
    if (this.#texts.size >= mostTexts) this.#texts.clear();
    const text = shortest(value);
    this.#texts.set(value, text);
    return text;
  }
}

function shortest(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return String(rounded);
  }
  return String(Number(value.toPrecision(9)));
}
