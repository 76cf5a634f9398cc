import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import { silentLog } from '../../src/core/base/log.js';
import { down, type ServerName, type ServerStatus, type StackSite } from '../../src/core/stack/index.js';
import { homePrefix } from './reaper.js';
// For the types of what it provides.
import type {} from './global-setup.js';

export interface SharedStack {
  readonly brokers: string[];
  /** A mongodb URL with a database in it; take another database for each test. */
  readonly store: string;
  /** What MVS_HOME would be. */
  readonly home: string;
  /** What MVS_CACHE would be. */
  readonly cache: string;
}

/** The servers that global-setup started for the whole run. */
export function sharedStack(): SharedStack {
  return { brokers: inject('brokers'), store: inject('store'), home: inject('home'), cache: inject('cache') };
}

/**
 * A home of this test's own, on a path that is hard to quote; what was started there ends with the test.
 * @param cleanUp takes the ending elsewhere: in a `beforeAll`, keep it for the `afterAll`
 */
export function freshHome(
  cleanUp: (work: () => Promise<void>) => unknown = onTestFinished,
  parent = tmpdir(),
): StackSite {
  const home = mkdtempSync(join(parent, `${homePrefix}${process.pid}-hömé, x `));
  const site = { home, cache: inject('cache'), log: silentLog };
  cleanUp(async () => {
    await down({ ...site, wipe: true });
    rmSync(home, { recursive: true, force: true });
  });
  return site;
}

/** The pid of a server that runs. */
export function pidOf(servers: readonly ServerStatus[], name: ServerName): number {
  const pid = servers.find((server) => server.name === name)?.pid;
  if (pid === undefined) throw new Error(`${name} has no process`);
  return pid;
}
