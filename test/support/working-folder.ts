import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** Each test of the file runs in an empty folder of its own. Returns the folder of the running test. */
export function useWorkingFolder(): () => string {
  let folder = '';
  const before = process.cwd();
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mvs-folder-'));
    process.chdir(folder);
  });
  afterEach(async () => {
    process.chdir(before);
    await rm(folder, { recursive: true });
  });
  return () => folder;
}

/** Writes small files, with the folders that they are in. */
export async function files(...names: string[]): Promise<void> {
  for (const name of names) {
    await mkdir(path.dirname(name), { recursive: true });
    await writeFile(name, 'x');
  }
}
