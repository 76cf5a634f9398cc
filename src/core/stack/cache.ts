import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Milliseconds in which nothing was written: no download stalls for so long. */
const leftoverMs = 24 * 60 * 60 * 1000;

/** Says whether a folder that is there has to be filled anew. */
type IsDamaged = (folder: string) => Promise<boolean>;

/**
 * A folder of the cache, filled once. It appears under its name only when it is complete: a process killed on the way
 * leaves a `.part-…` folder, which goes a day later. Any number of processes may fill it at once, also in containers that
 * share a volume: each has a part of its own, and the first that is complete counts.
 */
export async function cached(
  cache: string,
  name: string,
  fill: (folder: string) => Promise<void>,
  isDamaged: IsDamaged = () => Promise.resolve(false),
): Promise<string> {
  const folder = join(cache, name);
  if (existsSync(folder) && !(await isDamaged(folder))) return folder;
  await mkdir(cache, { recursive: true });
  await removeLeftovers(cache, name);
  // Not the id of a process, which others have too in their containers; not mkdtemp, which makes it unreadable to other users.
  const part = join(cache, `${name}.part-${randomUUID()}`);
  await mkdir(part);
  try {
    await fill(part);
    await place(part, folder, isDamaged);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
  return folder;
}

/** Whether a folder of the cache is not complete, or was replaced. */
export function isPart(name: string): boolean {
  return /\.part-(\d+|[\da-f-]{36}(-old)?)$/.test(name);
}

/** A damaged one goes only now that there is another. */
async function place(part: string, folder: string, isDamaged: IsDamaged): Promise<void> {
  const old = `${part}-old`;
  if (existsSync(folder) && (await isDamaged(folder))) await rename(folder, old).catch(unlessGone);
  await rename(part, folder).catch((error: unknown) => {
    // Another process that shares the cache was faster.
    if (!existsSync(folder)) throw error;
  });
  await rm(old, { recursive: true, force: true });
}

function unlessGone(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}

async function removeLeftovers(cache: string, name: string): Promise<void> {
  const prefix = `${name}.part-`;
  const parts = (await readdir(cache)).filter((entry) => entry.startsWith(prefix) && isPart(entry));
  for (const part of parts) {
    const folder = join(cache, part);
    if (Date.now() - (await lastWrite(folder)) > leftoverMs)
      await rm(folder, { recursive: true, force: true });
  }
}

/** Milliseconds since 1970, of the folder and all that is in it; what vanishes meanwhile is its owner's business. */
async function lastWrite(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true }).catch(() => []);
  const times = await Promise.all(
    ['', ...entries].map((entry) =>
      stat(join(folder, entry)).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  );
  return Math.max(...times);
}
