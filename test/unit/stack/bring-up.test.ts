import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { silentLog } from '../../../src/core/base/log.js';
import { portOf } from '../../../src/core/stack/address.js';
import { bringUp } from '../../../src/core/stack/bring-up.js';
import { down } from '../../../src/core/stack/index.js';
import { markOf } from '../../../src/core/stack/layout.js';
import { freePort } from '../../../src/core/stack/ports.js';
import { launch } from '../../../src/core/stack/processes.js';
import { openSite, type ServerKind, type Site } from '../../../src/core/stack/site.js';

const listens = "require('node:net').createServer().listen(Number(process.argv.at(-1)), '127.0.0.1')";

function freshSite() {
  const home = mkdtempSync(join(tmpdir(), 'mvs-bring-up-'));
  const log = { ...silentLog, warn: vi.fn() };
  const options = { home, log };
  onTestFinished(async () => {
    await down({ ...options, wipe: true });
    rmSync(home, { recursive: true });
  });
  return { options, log };
}

/** A server that is no database, which starts in a moment. */
function serverOf(script: string, usualPort: number): ServerKind {
  const start = (site: Site, port: number) =>
    launch({
      command: process.execPath,
      args: ['-e', script, '--', markOf(site.layout, 'mongodb'), String(port)],
      cwd: site.layout.root,
      outFile: `${site.layout.logFile('mongodb')}.out`,
    });
  return {
    ...{ name: 'mongodb', title: 'MongoDB', portFlag: '--mongo-port', installHint: '', usualPort },
    addressOf: (port) => `127.0.0.1:${port}`,
    marks: (layout) => [markOf(layout, 'mongodb')],
    answers: () => Promise.reject(new Error('no database')),
    ready: () => Promise.resolve(),
    ways: [
      {
        provider: 'emulator',
        prepare: (site) =>
          Promise.resolve({
            logFile: site.layout.logFile('mongodb'),
            start: (port) => start(site, port),
          }),
      },
    ],
  };
}

test('the first start takes the usual port, and later ones the port that the home had', async () => {
  const { options, log } = freshSite();
  const [usual, asked] = [await freePort(), await freePort()];
  const kind = serverOf(listens, usual);
  const upOn = async (port?: number) => portOf((await bringUp(openSite(options), kind, port)).address);
  expect(await upOn()).toBe(usual);
  await down({ ...options, wipe: false });
  expect(await upOn(asked)).toBe(asked);
  await down({ ...options, wipe: false });
  expect(await upOn()).toBe(asked);
  expect(await upOn()).toBe(asked);
  expect(log.warn).not.toHaveBeenCalled();
});

test('a start says so where another program uses the port that the home had', async () => {
  const { options, log } = freshSite();
  const kind = serverOf(listens, await freePort());
  const port = portOf((await bringUp(openSite(options), kind, 0)).address);
  await down({ ...options, wipe: false });
  const other = createServer().listen(port, '127.0.0.1');
  onTestFinished(() => void other.close());
  await vi.waitUntil(() => other.listening);
  expect(portOf((await bringUp(openSite(options), kind, undefined)).address)).not.toBe(port);
  const text = expect.stringMatching(new RegExp(`another program uses port ${port}.*--mongo-port`)) as string;
  expect(log.warn).toHaveBeenCalledExactlyOnceWith(text);
});

test('a server that was adopted by its port stays in use until down', async () => {
  const { options } = freshSite();
  const kind = { ...serverOf(listens, await freePort()), answers: () => Promise.resolve('7.0') };
  await bringUp(openSite(options), kind, 0);
  await down({ ...options, wipe: false });
  const port = await freePort();
  const other = createServer().listen(port, '127.0.0.1');
  onTestFinished(() => void other.close());
  await vi.waitUntil(() => other.listening);
  const site = openSite(options);
  site.state.up = true;
  for (const asked of [port, undefined])
    expect(await bringUp(site, kind, asked)).toMatchObject({
      provider: 'external',
      address: `127.0.0.1:${port}`,
    });
});

test('a server that does not start is reported with the log of this start only', async () => {
  const { options } = freshSite();
  const log = openSite(options).layout.logFile('mongodb');
  mkdirSync(dirname(log), { recursive: true });
  writeFileSync(log, 'a line of the previous run\n');
  const fails = `require('node:fs').appendFileSync(${JSON.stringify(log)}, 'a line of this run\\n'); process.exit(3)`;
  const failure = bringUp(openSite(options), serverOf(fails, await freePort()), undefined);
  await expect(failure).rejects.toThrow(
    /^MongoDB did not start: it ended \(exit code 3\)\na line of this run$/,
  );
  expect(readFileSync(`${log}.previous`, 'utf8')).toBe('a line of the previous run\n');
});
