import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { isDiskFull, messageOf, MvsError } from '../base/errors.js';

/** A file that is there as a whole or not at all. */
export interface Output extends AsyncDisposable {
  /** @throws MvsError DISK_FULL, CONFIG */
  write(text: string): Promise<void>;
  /** Puts it in its place. Disposed before that, it leaves nothing behind. @throws MvsError DISK_FULL, CONFIG */
  finish(): Promise<void>;
}

/**
 * Begins a file under another name beside its own, so that a folder that takes no file is found at once. What has to stay what it is, as a
 * pipe or a device, is written to directly.
 * @throws MvsError DISK_FULL, CONFIG
 */
export async function openOutput(file: string): Promise<Output> {
  const telling = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw problemOf(file, error);
    });
  const { handle, draft, target } = await telling(begin(file));
  let unfinished = draft;
  // Closing it again does nothing.
  const close = (): Promise<void> => handle.close();
  const place = async (): Promise<void> => {
    await close();
    if (draft !== undefined) await rename(draft, target);
    unfinished = undefined;
  };
  return {
    write: (text) => telling(handle.appendFile(text)),
    finish: () => telling(place()),
    [Symbol.asyncDispose]: async () => {
      await close().catch(() => undefined);
      if (unfinished !== undefined) await rm(unfinished, { force: true });
    },
  };
}

interface Begun {
  readonly handle: FileHandle;
  /** Where it is until it is finished; undefined where it is in its place already. */
  readonly draft?: string;
  readonly target: string;
}

async function begin(file: string): Promise<Begun> {
  // A link stays a link.
  const target = await realpath(file).catch(() => file);
  const there = await stat(target).catch(() => undefined);
  if (there && !there.isFile()) return { handle: await open(target, 'w'), target };
  // Renaming asks only the folder whether it may.
  if (there) await access(target, constants.W_OK);
  const draft = path.join(path.dirname(target), `.mvs-${randomUUID()}.part`);
  return { handle: await open(draft, 'wx', there && there.mode & 0o777), draft, target };
}

function problemOf(file: string, cause: unknown): MvsError {
  const full = isDiskFull(cause);
  return new MvsError(full ? 'DISK_FULL' : 'CONFIG', `cannot write ${file}: ${messageOf(cause)}`, {
    cause,
    hint: full
      ? 'Make room there, or name a file on another disk with --out.'
      : 'Name a file in a folder that exists and that you may write, with --out.',
  });
}
