import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cached } from '../../src/core/stack/cache.js';

function cacheFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mvs-cache-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

test('a folder of the cache is filled once', async () => {
  const cache = cacheFolder();
  let filled = 0;
  const fill = (folder: string) => {
    filled += 1;
    writeFileSync(join(folder, 'file'), 'x');
    return Promise.resolve();
  };
  const first = await cached(cache, 'jars', fill);
  expect(await cached(cache, 'jars', fill)).toBe(first);
  expect(filled).toBe(1);
  expect(existsSync(join(first, 'file'))).toBe(true);
});

test('a download that fails half-way leaves nothing behind', async () => {
  const cache = cacheFolder();
  const broken = cached(cache, 'jars', (folder) => {
    writeFileSync(join(folder, 'half'), 'x');
    return Promise.reject(new Error('network'));
  });
  await expect(broken).rejects.toThrow('network');
  expect(readdirSync(cache)).toEqual([]);
});

test('what a killed download left is not taken for the whole, and goes', async () => {
  const cache = cacheFolder();
  const dead = 2 ** 30;
  mkdirSync(join(cache, `jars.part-${dead}`));
  await cached(cache, 'jars', () => Promise.resolve());
  expect(readdirSync(cache)).toEqual(['jars']);
});
