import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A folder of the cache, filled once. It appears under its name only when it is complete: a process killed on the way
 * leaves a `.part` folder, which the next one removes.
 */
export async function cached(
  cache: string,
  name: string,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  await removeLeftovers(cache, name);
  const part = join(cache, `${name}.part-${process.pid}`);
  try {
    await mkdir(part);
    await fill(part);
    await rename(part, folder).catch((error: unknown) => {
      // Another home that shares the cache was faster.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(part, { recursive: true, force: true });
  }
  return folder;
}

async function removeLeftovers(cache: string, name: string): Promise<void> {
  const prefix = `${name}.part-`;
  for (const entry of await readdir(cache)) {
    if (!entry.startsWith(prefix) || lives(Number(entry.slice(prefix.length)))) continue;
    await rm(join(cache, entry), { recursive: true, force: true });
  }
}

function lives(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
