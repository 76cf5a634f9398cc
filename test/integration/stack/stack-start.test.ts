import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kafkaAnswers, mongoAnswers } from '../../../src/core/stack/probes.js';
import {
  down,
  runningStack,
  status,
  up,
  type RunningStack,
  type StackSite,
} from '../../../src/core/stack/index.js';
import { freshHome, pidOf } from '../../support/stack.js';

const choice = { kafkaPort: 0, mongoPort: 0, kafka: 'java', mongo: 'emulator' } as const;

describe('a local stack', () => {
  let site: StackSite;
  let both: RunningStack[];
  let cleanUp: () => Promise<void>;

  beforeAll(async () => {
    site = freshHome((work) => (cleanUp = work));
    both = await Promise.all([up({ ...site, ...choice }), up({ ...site, ...choice })]);
  });

  afterAll(() => cleanUp());

  test('is started once by two callers at the same time', async () => {
    const [first, second] = both as [RunningStack, RunningStack];
    expect(second).toEqual(first);
    expect(marked(site.home).sort()).toEqual(
      [pidOf(first.servers, 'kafka'), pidOf(first.servers, 'mongodb')].sort(),
    );
    await kafkaAnswers({ brokers: first.brokers });
    await mongoAnswers(first.store);
  });

  test('is found again by up, by status and by the other commands', async () => {
    const [first] = both as [RunningStack];
    const again = await up({ ...site, ...choice });
    expect(again).toEqual(first);
    expect(runningStack(site.home)).toEqual({ brokers: first.brokers, store: first.store });
    expect(await status(site.home)).toEqual(again.servers);
  });

  test.skipIf(process.platform !== 'linux')('listens on loopback only', () => {
    const addresses = marked(site.home).flatMap(listening);
    expect(addresses.length).toBeGreaterThanOrEqual(3);
    for (const address of addresses) expect(address).toMatch(/^(0100007F|0{16}FFFF00000100007F):/);
  });

  test('keeps its ports and data over down and up, and down --wipe leaves nothing', async () => {
    const [first] = both as [RunningStack];
    const stopped = await down({ ...site, wipe: false });
    expect(stopped.stopped).toEqual(['mongodb', 'kafka']);
    expect(runningStack(site.home)).toEqual({});
    expect(marked(site.home)).toEqual([]);
    const again = await up({ ...site, ...choice });
    expect(again.brokers).toEqual(first.brokers);
    expect(again.store).toEqual(first.store);
    await down({ ...site, wipe: true });
    expect(marked(site.home)).toEqual([]);
    expect(readdirSync(join(site.home, 'stack'))).toEqual([]);
    expect(await status(site.home)).toEqual([]);
  });
});

test('down where nothing was ever started says so', async () => {
  const site = freshHome();
  expect(await down({ ...site, wipe: false })).toEqual({ stopped: [], left: [], wiped: [] });
});

/** Every Java process that was started for this home. */
function marked(home: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return line.includes('-Dmvs.server=') && readlinkSync(`/proc/${pid}/cwd`).startsWith(home);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Local addresses of the listening sockets of a process, as the kernel prints them. */
function listening(pid: number): string[] {
  const sockets = new Set(
    readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return /socket:\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
      } catch {
        return undefined;
      }
    }),
  );
  const LISTEN = '0A';
  return ['tcp', 'tcp6']
    .flatMap((family) => readFileSync(`/proc/${pid}/net/${family}`, 'utf8').trim().split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === LISTEN && sockets.has(fields[9]))
    .map((fields) => fields[1] ?? '');
}
