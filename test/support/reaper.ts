import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../src/core/base/log.js';
import { down, status } from '../../src/core/stack/index.js';
import { pidsWith } from './processes.js';

/** Homes of tests are called by this and the pid of the process that uses them. */
export const homePrefix = 'mvs-test-';

/**
 * Vitest ends at once on Ctrl-C and can do nothing about kill -9: a process in a group of its own notices that our end of
 * its stdin is closed, and then cleans up: several times, since workers outlive vitest by seconds on a busy machine.
 */
export function startReaper(): ChildProcess {
  const sweeper = `import(${JSON.stringify(import.meta.url)}).then((reaper) => reaper.sweep())`;
  const script = `
    const { spawnSync } = require('node:child_process');
    const sweep = () => spawnSync(process.execPath, ['--import', 'tsx', '-e', ${JSON.stringify(sweeper)}]);
    process.stdin.resume().on('end', () => [0, 2_000, 10_000, 30_000, 60_000].forEach((ms) => setTimeout(sweep, ms)));`;
  const reaper = spawn(process.execPath, ['-e', script], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  reaper.unref();
  (reaper.stdin as Socket | null)?.unref();
  return reaper;
}

/** Ends the servers of runs that are dead, which would stay for ever. */
export async function sweep(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(homePrefix))) {
    const pid = Number(name.slice(homePrefix.length).split('-')[0]);
    if (lives(pid)) continue;
    const home = join(tmpdir(), name);
    await killAllOf(home);
    // What can't be stopped any more (a Docker engine that is gone) must not stop this run.
    await removeHome(home).catch(() => {
      rmSync(home, { recursive: true, force: true });
    });
  }
}

/**
 * Servers whose data is thrown away need not stop in good order, which one that is frozen or has lost its cluster cannot
 * do; commands under test would wait for their servers for ever.
 */
async function killAllOf(home: string): Promise<void> {
  const servers = await status(home);
  const pids = [...servers.flatMap(({ pid }) => pid ?? []), ...pidsWith(`MVS_HOME=${home}`)];
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Ended meanwhile.
    }
  }
}

/** Stops what runs and removes everything; also what a start that failed has left. */
export async function removeHome(home: string, cache?: string): Promise<void> {
  const servers = await status(home);
  if (servers.length > 0) await down({ home, cache, wipe: true, log: silentLog });
  rmSync(home, { recursive: true, force: true });
}

export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
