import { MvsError } from '../base/errors.js';

const nothing = new Uint8Array(0);

/** Takes exact numbers of bytes from chunks of any size; reads a chunk only when it needs one. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array, unknown>;
  #chunk: Uint8Array = nothing;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async atEnd(): Promise<boolean> {
    while (this.#chunk.length === 0) {
      const next = await this.#chunks.next();
      if (next.done) return true;
      this.#chunk = next.value;
    }
    return false;
  }

  /** A view if the bytes lie within one chunk, else one copy that joins the pieces. */
  async take(size: number): Promise<Uint8Array> {
    if (size <= this.#chunk.length) return this.#cut(size);
    const pieces: Uint8Array[] = [];
    for (let missing = size; missing > 0;) {
      if (this.#chunk.length === 0 && (await this.atEnd())) {
        const message = `The frame stream of ffmpeg ended ${missing} bytes early`;
        throw new MvsError('EXTRACTOR_FAILED', message);
      }
      const piece = this.#cut(Math.min(missing, this.#chunk.length));
      pieces.push(piece);
      missing -= piece.length;
    }
    return pieces.length === 1 ? (pieces[0] ?? nothing) : Buffer.concat(pieces, size);
  }

  async tag(): Promise<string> {
    return String.fromCharCode(...(await this.take(4)));
  }

  /** Closes the source of the chunks, which may have more. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  #cut(size: number): Uint8Array {
    const cut = this.#chunk.subarray(0, size);
    this.#chunk = this.#chunk.subarray(size);
    return cut;
  }
}
