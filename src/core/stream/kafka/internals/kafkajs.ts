import { createRequire } from 'node:module';

/**
 * The version of kafkajs whose private parts the files of this folder patch or use. package.json asks for exactly this version. For
 * another one, read each file of this folder again, and run test/unit/stream/kafkajs-*.test.ts: they fail where kafkajs has changed, or
 * does what a patch makes it do.
 */
export const kafkajsVersion = '2.2.4';

const require = createRequire(import.meta.url);

/** A module of kafkajs that it does not export. @param path below kafkajs/src */
export function internalModule(path: string): unknown {
  return require(`kafkajs/src/${path}`);
}

/** Replaces all that a module of kafkajs exports, for modules of kafkajs that are loaded from then on. */
export function replaceModule(path: string, exports: unknown): void {
  const file = require.resolve(`kafkajs/src/${path}`);
  require(file);
  const loaded = require.cache[file];
  if (!loaded) throw new Error(`kafkajs/src/${path} is not in the cache of modules`);
  loaded.exports = exports;
}
