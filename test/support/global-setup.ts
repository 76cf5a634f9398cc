import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
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
  const reaper = startReaper();
  const home = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const cache = process.env.MVS_CACHE ?? join(homedir(), '.local', 'share', 'mvs', 'cache');
  const tearDown = async () => {
    await remove(home, cache);
    reaper.kill();
  };
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
  return tearDown;
}

/**
 * Vitest ends at once on Ctrl-C and can do nothing about kill -9: a process in a group of its own notices that our end of
 * its stdin is closed, and then cleans up.
 */
function startReaper(): ChildProcess {
  const sweeper = `import(${JSON.stringify(import.meta.url)}).then((setup) => setup.sweep())`;
  const script = `
    const { spawnSync } = require('node:child_process');
    const sweep = () => spawnSync(process.execPath, ['--import', 'tsx', '-e', ${JSON.stringify(sweeper)}]);
    process.stdin.resume().on('end', () => { sweep(); setTimeout(sweep, 2_000); });`;
  const reaper = spawn(process.execPath, ['-e', script], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  reaper.unref();
  (reaper.stdin as Socket | null)?.unref();
  return reaper;
}

/** The suite runs on every way of running the servers; CI chooses by environment. */
function choices(): { kafka?: KafkaChoice; mongo?: MongoChoice } {
  const { MVS_KAFKA, MVS_MONGO } = process.env;
  return {
    ...(MVS_KAFKA ? { kafka: MVS_KAFKA as KafkaChoice } : {}),
    ...(MVS_MONGO ? { mongo: MVS_MONGO as MongoChoice } : {}),
  };
}

/** Ends the servers of runs that are dead, which would stay for ever. */
export async function sweep(): Promise<void> {
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
