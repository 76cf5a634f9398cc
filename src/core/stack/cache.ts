import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Milliseconds without a write after which a partial folder is abandoned. No download stalls that long. */
const leftoverMs = 24 * 60 * 60 * 1000;

/** True if an existing folder must be filled again. */
type IsDamaged = (folder: string) => Promise<boolean>;

/**
 * A folder of the cache that is filled once. It appears under its name only when it is complete. A killed process leaves a
 * `.part-…` folder, which is removed a day later. Any number of processes may fill the folder at the same time, also in
 * containers that share a volume: each writes its own part, and the first complete one is kept.
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
  // Process ids are not unique across containers, and mkdtemp would make the folder unreadable to other users.
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

/** True if a folder of the cache is incomplete or was replaced. */
export function isPart(name: string): boolean {
  return /\.part-(\d+|[\da-f-]{36}(-old)?)$/.test(name);
}

/** Moves the part to its place. A damaged folder is removed only now that its replacement exists. */
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

/** Milliseconds since 1970 of the last change in the folder. Entries that disappear in the meantime are ignored. */
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
