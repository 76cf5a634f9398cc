/** Loaded into a command and each of its workers (`NODE_OPTIONS=--import`): writes a byte to MVS_TEST_DECODES for each picture that sharp decodes. */
import { appendFileSync } from 'node:fs';
import sharp from 'sharp';

const { toBuffer } = sharp.prototype;
sharp.prototype.toBuffer = function counted(...args) {
  appendFileSync(String(process.env.MVS_TEST_DECODES), '.');
  return toBuffer.apply(this, args);
};
