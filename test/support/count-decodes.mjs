/** Loaded into a command and each of its workers (`NODE_OPTIONS=--import`): writes a byte to MVS_TEST_DECODES for each picture that is decoded. */
import { appendFileSync } from 'node:fs';
import sharp from 'sharp';
import { JpegDecoder } from '../../dist/core/classifier/jpeg/decoder.js';

function count() {
  appendFileSync(String(process.env.MVS_TEST_DECODES), '.');
}

const { decode } = JpegDecoder.prototype;
JpegDecoder.prototype.decode = function counted(...args) {
  const pixels = decode.apply(this, args);
  if (pixels !== undefined) count();
  return pixels;
};

// The pictures that are left to sharp.
const { toBuffer } = sharp.prototype;
sharp.prototype.toBuffer = function counted(...args) {
  count();
  return toBuffer.apply(this, args);
};
