import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { silentLog } from '../../src/core/log.js';
import { down, status, up, type KafkaChoice, type MongoChoice } from '../../src/core/stack/index.js';

declare module 'vitest' {
  interface ProvidedContext {
    brokers: string[];
    store: string;
    home: string;
    cache: string;
  }
}

const PREFIX = 'mvs-test-';

/**
 * Starts the one Kafka and MongoDB that all tests share, on free ports, in a folder that goes away with them.
 * MVS_BROKERS and MVS_STORE are not looked at: tests never touch servers that somebody uses.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await sweep();
  const home = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const cache = process.env.MVS_CACHE ?? join(homedir(), '.mvs', 'cache');
  const tearDown = () => remove(home, cache);
  const onSignal = () => {
    void tearDown().finally(() => process.exit(130));
  };
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    const { brokers, store } = await up({
      home,
      cache,
      kafkaPort: 0,
      mongoPort: 0,
      ...choices(),
      log: silentLog,
    });
    project.provide('brokers', brokers);
    project.provide('store', store);
    project.provide('home', home);
    project.provide('cache', cache);
  } catch (error) {
    await tearDown();
    throw error;
  }
  return async () => {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    await tearDown();
  };
}

/** The suite runs on every way of running the servers; CI chooses by environment. */
function choices(): { kafka?: KafkaChoice; mongo?: MongoChoice } {
  const { MVS_KAFKA, MVS_MONGO } = process.env;
  return {
    ...(MVS_KAFKA ? { kafka: MVS_KAFKA as KafkaChoice } : {}),
    ...(MVS_MONGO ? { mongo: MVS_MONGO as MongoChoice } : {}),
  };
}

/** Servers of a run that was killed with -9 would stay for ever. */
async function sweep(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const pid = Number(name.slice(PREFIX.length).split('-')[0]);
    if (lives(pid)) continue;
    const home = join(tmpdir(), name);
    // What can't be stopped any more (a Docker engine that is gone) must not stop this run.
    await remove(home).catch(() => {
      rmSync(home, { recursive: true, force: true });
    });
  }
}

/** Stops what runs and removes everything; also what a start that failed has left. */
async function remove(home: string, cache?: string): Promise<void> {
  const servers = await status(home);
  if (servers.length > 0) await down({ home, cache, wipe: true, log: silentLog });
  rmSync(home, { recursive: true, force: true });
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
