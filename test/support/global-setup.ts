import { existsSync, mkdtempSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { silentLog } from '../../src/core/base/log.js';
import { down, up, type KafkaChoice, type MongoChoice } from '../../src/core/stack/index.js';
import { archiveOf } from '../../src/core/stack/class-archive.js';
import { findJava } from '../../src/core/stack/java.js';
import { pomKey } from '../../src/core/stack/maven.js';
import { startKinesisFake, type KinesisFake } from './kinesis-fake.js';
import { buildPubsubFake } from './pubsub-fake.js';
import { homePrefix, removeHome, startReaper, sweep } from './reaper.js';
import { writeTinyModel } from './tiny-model.js';

declare module 'vitest' {
  interface ProvidedContext {
    brokers: string[];
    store: string;
    home: string;
    cache: string;
  }
}

/** Programs that were downloaded once serve all runs. */
export const testCache = process.env.MVS_CACHE ?? join(homedir(), '.local', 'share', 'mvs', 'cache');

/**
 * Starts the Kafka, the MongoDB and the fake Kinesis that all tests share, on free ports, in a folder that goes away with them.
 * MVS_BROKERS and MVS_STORE are not looked at: tests never touch servers that somebody uses.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await sweep();
  await writeTinyModel(testCache);
  const reaper = startReaper();
  const home = mkdtempSync(join(tmpdir(), `${homePrefix}${process.pid}-`));
  let kinesis: KinesisFake | undefined;
  const tearDown = async () => {
    await kinesis?.[Symbol.asyncDispose]();
    await removeHome(home, testCache);
    reaper.kill();
  };
  try {
    const site = { home, cache: testCache, log: silentLog };
    const start = () => up({ ...site, kafkaPort: 0, mongoPort: 0, ...choices() });
    const started = start().then(async (servers) => {
      if (!(await lacksClassArchive())) return servers;
      await down({ ...site, wipe: false });
      return start();
    });
    const starting = startKinesisFake(home).then((fake) => (kinesis = fake));
    const [{ brokers, store }, pubsubFake, { endpoint }] = await Promise.all([
      started,
      buildPubsubFake(testCache),
      starting,
    ]);
    project.provide('brokers', brokers);
    project.provide('store', store);
    project.provide('home', home);
    project.provide('cache', testCache);
    project.provide('pubsubFake', pubsubFake);
    project.provide('kinesis', endpoint);
  } catch (error) {
    await tearDown();
    throw error;
  }
  return tearDown;
}

/** A clean stop makes it, and the twenty starts of Kafka that follow take half the time. */
async function lacksClassArchive(): Promise<boolean> {
  const java = await findJava();
  const jars = join(testCache, `kafka-${pomKey()}`);
  return !('unfit' in java) && existsSync(jars) && !existsSync(archiveOf(jars, java));
}

/** The suite runs on every way of running the servers; CI chooses by environment. */
function choices(): { kafka?: KafkaChoice; mongo?: MongoChoice } {
  const { MVS_KAFKA, MVS_MONGO } = process.env;
  return {
    ...(MVS_KAFKA ? { kafka: MVS_KAFKA as KafkaChoice } : {}),
    ...(MVS_MONGO ? { mongo: MVS_MONGO as MongoChoice } : {}),
  };
}
