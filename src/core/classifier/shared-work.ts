import type { InputValues } from './normalise.js';
import { areSame } from './slices.js';

interface Input {
  readonly memory: InputValues;
  /** The pictures that the values are of. */
  of: readonly Uint8Array[];
}

/** What the networks of one worker share. They run one at a time: engines block the thread, and the memory for their input is shared too. */
export class SharedWork {
  readonly #inputs = new Map<string, Input>();
  #last: Promise<unknown> = Promise.resolve();

  /** Begins with `work` when its pictures are decoded, and all earlier work is done. */
  inTurn<Pictures, T>(decoding: Promise<Pictures>, work: (pictures: Pictures) => Promise<T>): Promise<T> {
    const before = this.#last;
    const done = Promise.all([decoding, before]).then(([pictures]) => work(pictures));
    // `done` rejects at once where a picture cannot be decoded, while the engine still reads the memory of earlier work.
    this.#last = Promise.allSettled([before, done]);
    return done;
  }

  /**
   * The normalised values of pictures, made once for all networks with the same `kind` of input.
   * @param open makes the memory for this kind of input, once
   * @returns values that are valid until the end of this turn
   */
  valuesOf(pictures: readonly Uint8Array[], kind: string, open: () => InputValues): Float32Array {
    const input = this.#inputs.get(kind) ?? { memory: open(), of: [] };
    this.#inputs.set(kind, input);
    const length = pictures.reduce((total, picture) => total + picture.length, 0);
    if (!areSame(input.of, pictures)) {
      input.of = [];
      let offset = 0;
      for (const picture of pictures) {
        input.memory.write(picture, offset);
        offset += picture.length;
      }
      input.of = pictures;
    }
    return input.memory.values.subarray(0, length);
  }
}
