import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { portOf } from '../../../src/core/stack/address.js';
import { stateFileOf } from '../../../src/core/stack/layout.js';
import { findProcess, launch, terminate } from '../../../src/core/stack/processes.js';
import { emptyState, readState, runningStack, writeState } from '../../../src/core/stack/state.js';

function home(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mvs-state-'));
  mkdirSync(join(folder, 'stack'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

const kafka = { provider: 'java', address: '127.0.0.1:9092' } as const;
const mongodb = { provider: 'emulator', address: 'mongodb://127.0.0.1:27017/records' } as const;

test('the running stack is what up wrote, and nothing after down', () => {
  const folder = home();
  const file = stateFileOf(folder);
  expect(runningStack(folder)).toEqual({});
  writeState(file, { ...emptyState(), up: true, kafka, mongodb });
  expect(runningStack(folder)).toEqual({ brokers: ['127.0.0.1:9092'], store: mongodb.address });
  writeState(file, { ...emptyState(), up: false, kafka, mongodb });
  expect(runningStack(folder)).toEqual({});
});

test.each(['', '{', '{"format":2}', 'null'])('a state file that holds %j is an empty state', (text) => {
  const folder = home();
  writeFileSync(stateFileOf(folder), text);
  expect(readState(stateFileOf(folder))).toEqual(emptyState());
});

test.skipIf(process.platform === 'win32')(
  'the state, which may hold a password, is for its owner only',
  () => {
    const file = stateFileOf(home());
    writeState(file, emptyState());
    expect(statSync(file).mode & 0o077).toBe(0);
  },
);

test('the port of an address is found', () => {
  expect(portOf('mongodb://127.0.0.1:27018/records')).toBe(27018);
  expect(portOf('127.0.0.1:9093')).toBe(9093);
});

test('a daemon is known by its mark, never by a pid that somebody else has now', async () => {
  const folder = home();
  const mark = `mark=${folder}`;
  expect(await findProcess([mark], process.pid)).toBeUndefined();
  expect(await terminate([mark], 1_000)).toBe('absent');
  const deaf = "process.on('SIGTERM', () => {}); console.log('deaf'); setInterval(() => {}, 1000);";
  const outFile = join(folder, 'out');
  const daemon = await launch({ command: process.execPath, args: ['-e', deaf, mark], cwd: folder, outFile });
  expect(await findProcess([mark], process.pid)).toBe(daemon.pid);
  await vi.waitUntil(() => statSync(outFile).size > 0, { timeout: 10_000, interval: 10 });
  expect(await terminate([mark], 100)).toBe('killed');
  expect(await daemon.ended).toBe('killed by SIGKILL');
});
