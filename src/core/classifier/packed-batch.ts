/** Many pictures in one piece of memory, so that a batch moves to another thread as one transfer and is not copied. */
export interface PackedBatch {
  readonly bytes: ArrayBuffer;
  readonly lengths: readonly number[];
}

/** The one copy that a picture sees on its way to the decoder: out of the buffer of the message that brought it. */
export function pack(pictures: readonly Uint8Array[]): PackedBatch {
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
export function unpack({ bytes, lengths }: PackedBatch): Uint8Array[] {
  let offset = 0;
  return lengths.map((length) => {
    const picture = new Uint8Array(bytes, offset, length);
    offset += length;
    return picture;
  });
}
