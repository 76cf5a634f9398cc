import { createRequire } from 'node:module';

/**
 * The version of kafkajs whose private parts the files of this folder patch or use. package.json asks for exactly this version. For
 * another one, read each file of this folder again, and run test/unit/stream/kafkajs-*.test.ts: they fail where kafkajs has changed, or
 * does what a patch makes it do.
 *
 * | file                 | kind            | purpose                                                                             |
 * | -------------------- | --------------- | ----------------------------------------------------------------------------------- |
 * | before-joining.ts    | patch           | a member settles what it has taken, and then joins once for all of its fetches      |
 * | cluster.ts           | patch and parts | an admin client asks connected brokers first; metadata and coordinators of groups   |
 * | coordinator-loss.ts  | patch           | a member looks for the new coordinator when the old one cannot be reached           |
 * | creation-reasons.ts  | patch           | an error of topic creation has the broker's reason                                  |
 * | other-topics.ts      | patch and parts | topics without leaders do not stop clients of others; metadata with its errors      |
 * | patient-login.ts     | patch           | a connection lost during a login is an outage, not a refusal                        |
 * | produce-request.ts   | patch           | writes what is published once, where kafkajs copies it nine times                   |
 * | commit-offsets.ts    | hidden part     | commits offsets of a group without joining it                                       |
 * | fetched-offset.ts    | hidden part     | the offset that a batch was fetched from                                            |
 * | hidden-cluster.ts    | helper          | how a client creates its clusters; for cluster.ts and commit-offsets.ts             |
 * | record-batch.ts      | helper          | Kafka's format of records; for produce-request.ts                                   |
 * | kafkajs.ts           | helper          | loads and replaces modules of kafkajs                                               |
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
