import { crc32c } from '@node-rs/crc32';
import { replaceModule } from './kafkajs.js';

/**
 * kafkajs computes the checksum of what it sends in JavaScript, byte by byte: a quarter of a producer's time where frames are
 * large. It takes the function from this module of its own, so the native function has to be there before kafkajs is loaded.
 */
replaceModule('protocol/recordBatch/crc32C/index.js', (bytes: Buffer): number => crc32c(bytes));
