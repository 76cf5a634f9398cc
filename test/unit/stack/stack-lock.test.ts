import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { withLock } from '../../../src/core/stack/lock.js';

function lockFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mvs-lock-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return join(folder, 'lock');
}

test('only one holds the lock at a time', async () => {
  const file = lockFile();
  let inside = 0;
  let most = 0;
  const work = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 6 }, () => withLock(file, {}, work)));
  expect(most).toBe(1);
  expect(existsSync(file)).toBe(false);
});

test('the lock is given back when the work fails', async () => {
  const file = lockFile();
  await expect(withLock(file, {}, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(existsSync(file)).toBe(false);
});

test.each([
  ['a dead process', { pid: 2 ** 30, born: '1', token: 'dead' }],
  ['a process whose pid somebody else has now', { pid: process.pid, born: 'long ago', token: 'dead' }],
])('the lock of %s is taken over', async (_whose, owner) => {
  const file = lockFile();
  writeFileSync(file, JSON.stringify(owner));
  expect(await withLock(file, {}, () => Promise.resolve('done'))).toBe('done');
});

test('a lock that was torn while it was written is taken over', async () => {
  const file = lockFile();
  writeFileSync(file, '{"pid":');
  utimesSync(file, 0, 0);
  expect(await withLock(file, {}, () => Promise.resolve('done'))).toBe('done');
});

test('whoever waits hears whom for, and can give up', async () => {
  const file = lockFile();
  const stop = new AbortController();
  await withLock(file, {}, async () => {
    const waiting = withLock(
      file,
      {
        signal: stop.signal,
        onWait: (pid) => {
          expect(pid).toBe(process.pid);
          stop.abort();
        },
      },
      () => Promise.resolve(),
    );
    await expect(waiting).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});
