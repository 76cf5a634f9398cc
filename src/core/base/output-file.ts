import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { isDiskFull, messageOf, MvsError } from './errors.js';

/** A file that is written completely or not at all. */
export interface Output extends AsyncDisposable {
  /** @throws MvsError DISK_FULL, CONFIG */
  write(text: string): Promise<void>;
  /** Moves the file to its place. If it is disposed before that, nothing is left. @throws MvsError DISK_FULL, CONFIG */
  finish(): Promise<void>;
}

/**
 * Creates a draft beside the file, so that an unwritable folder is found at once. A pipe or a device is written to
 * directly.
 * @throws MvsError DISK_FULL, CONFIG
 */
export async function openOutput(file: string): Promise<Output> {
  const reporting = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw unwritable(file, error);
    });
  const { handle, draft, target } = await reporting(begin(file));
  let unfinished = draft;
  // Closing it twice does no harm.
  const close = (): Promise<void> => handle.close();
  const place = async (): Promise<void> => {
    await close();
    if (draft !== undefined) await rename(draft, target);
    unfinished = undefined;
  };
  return {
    write: (text) => reporting(handle.appendFile(text)),
    finish: () => reporting(place()),
    [Symbol.asyncDispose]: async () => {
      await close().catch(() => undefined);
      if (unfinished !== undefined) await rm(unfinished, { force: true });
    },
  };
}

interface Begun {
  readonly handle: FileHandle;
  /** The path of the draft; undefined if the target is written to directly. */
  readonly draft?: string;
  readonly target: string;
}

async function begin(file: string): Promise<Begun> {
  // A symbolic link is kept.
  const target = await realpath(file).catch(() => file);
  const there = await stat(target).catch(() => undefined);
  if (there && !there.isFile()) return { handle: await open(target, 'w'), target };
  // Renaming checks only the rights on the folder, so the rights on the file are checked here.
  if (there) await access(target, constants.W_OK);
  const draft = path.join(path.dirname(target), `.mvs-${randomUUID()}.part`);
  return { handle: await open(draft, 'wx', there && there.mode & 0o777), draft, target };
}

/** The error for a file that cannot be written. */
export function unwritable(file: string, cause: unknown): MvsError {
  const full = isDiskFull(cause);
  return new MvsError(full ? 'DISK_FULL' : 'CONFIG', `cannot write ${file}: ${reasonOf(file, cause)}`, {
    cause,
    hint: full
      ? 'Free space there, or set --out to a place on another disk.'
      : 'Set --out to a place in a writable folder.',
  });
}

/** Without the name of the draft, which the user does not know. */
function reasonOf(file: string, cause: unknown): string {
  switch (cause instanceof Error && 'code' in cause ? cause.code : undefined) {
    case 'ENOENT':
      return `the folder ${path.dirname(file)} does not exist`;
    case 'EISDIR':
      return 'this is a folder, and a file is needed';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    default:
      return messageOf(cause);
  }
}
