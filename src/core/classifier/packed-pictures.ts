/** Several pictures in one block of memory, so that a slice moves to another thread as one transfer, without a copy. */
export interface PackedPictures {
  readonly bytes: ArrayBuffer;
  readonly lengths: readonly number[];
}

/** Copies the pictures out of the buffers of their messages: the only copy on the way to the decoder. */
export function pack(pictures: readonly Uint8Array[]): PackedPictures {
  const lengths = pictures.map((picture) => picture.byteLength);
  const bytes = new ArrayBuffer(lengths.reduce((a, b) => a + b, 0));
  const all = new Uint8Array(bytes);
  let offset = 0;
  for (const picture of pictures) {
    all.set(picture, offset);
    offset += picture.byteLength;
  }
  return { bytes, lengths };
}

/** Views of the pictures, in order. */
export function unpack({ bytes, lengths }: PackedPictures): Uint8Array[] {
  let offset = 0;
  return lengths.map((length) => {
    const picture = new Uint8Array(bytes, offset, length);
    offset += length;
    return picture;
  });
}
