import { createRequire } from 'node:module';
import { crc32c } from '@node-rs/crc32';

/**
 * kafkajs computes the checksum of what it sends in JavaScript, byte by byte: a quarter of a producer's time where frames are
 * large. It takes the function from this module of its own, so the native one has to be there before kafkajs is loaded.
 */
const require = createRequire(import.meta.url);
const file = require.resolve('kafkajs/src/protocol/recordBatch/crc32C/index.js');
require(file);
const cached = require.cache[file];
if (cached) cached.exports = (bytes: Buffer): number => crc32c(bytes);
