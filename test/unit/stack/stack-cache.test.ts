import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cached } from '../../../src/core/stack/cache.js';

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

test('what a killed download left is not taken for the whole, and goes a day later', async () => {
  const cache = cacheFolder();
  const name = `jars.part-${randomUUID()}`;
  mkdirSync(join(cache, name));
  writeFileSync(join(cache, name, 'half'), 'x');
  await cached(cache, 'jars', () => Promise.resolve());
  expect(readdirSync(cache).sort(), 'another container may be at work on it').toEqual(['jars', name]);
  rmSync(join(cache, 'jars'), { recursive: true });
  const longAgo = Date.now() / 1000 - 25 * 60 * 60;
  utimesSync(join(cache, name), longAgo, longAgo);
  await cached(cache, 'jars', () => Promise.resolve());
  expect(readdirSync(cache).sort(), 'its file is still written').toEqual(['jars', name]);
  rmSync(join(cache, 'jars'), { recursive: true });
  utimesSync(join(cache, name, 'half'), longAgo, longAgo);
  await cached(cache, 'jars', () => Promise.resolve());
  expect(readdirSync(cache)).toEqual(['jars']);
});

test('a damaged folder is there until another one is complete', async () => {
  const cache = cacheFolder();
  const file = join(await cached(cache, 'jars', fillWith('broken')), 'file');
  const isDamaged = (folder: string) =>
    Promise.resolve(readFileSync(join(folder, 'file'), 'utf8') !== 'good');
  const away = cached(cache, 'jars', () => Promise.reject(new Error('network')), isDamaged);
  await expect(away).rejects.toThrow('network');
  expect(readFileSync(file, 'utf8')).toBe('broken');
  await cached(cache, 'jars', fillWith('good'), isDamaged);
  expect(readFileSync(file, 'utf8')).toBe('good');
  expect(readdirSync(cache)).toEqual(['jars']);
});

function fillWith(content: string) {
  return (folder: string): Promise<void> => {
    writeFileSync(join(folder, 'file'), content);
    return Promise.resolve();
  };
}
