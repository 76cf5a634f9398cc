/** Both protocols carry tensors in little-endian order, as does every machine that onnxruntime and sharp support. */

/** The bytes of these numbers; no copy. */
export function bytesOf(values: Float32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

/** A copy, because the bytes may begin anywhere and float32 numbers must not. */
export function floatsOf(bytes: Uint8Array): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer);
}
