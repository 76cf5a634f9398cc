import { isUtf8 } from 'node:buffer';
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { quoted } from '../base/text.js';
import { MvsError } from '../base/errors.js';
import { fileProblem, notUtf8Hint } from './files.js';

/** What a folder contains. */
export interface Entry {
  readonly name: string;
  readonly isLink: boolean;
  /** Of the target, if it is a link: `broken` if there is none, and `hidden` if it cannot be reached. */
  readonly kind: 'file' | 'folder' | 'special' | 'broken' | 'hidden';
  /** Why it cannot be read, even if its kind is known. */
  readonly problem?: MvsError;
}

/**
 * Reads names as bytes: a name that is not UTF-8 would otherwise look like that of a file that does not exist.
 *
 * @throws what the file system throws, also if the folder can be read but not entered.
 */
export async function entriesOf(folder: string): Promise<Entry[]> {
  const entries = await readdir(folder, { withFileTypes: true, encoding: 'buffer' });
  // One error for the folder, not one for each file in it.
  if (entries.length > 0) await stat(`${folder}/.`);
  return Promise.all(entries.map((entry) => describe(folder, entry)));
}

async function describe(folder: string, entry: Dirent<Buffer>): Promise<Entry> {
  const name = entry.name.toString();
  const found = path.join(folder, name);
  const isLink = entry.isSymbolicLink();
  const target = isLink ? await targetOf(Buffer.concat([Buffer.from(`${folder}/`), entry.name])) : entry;
  const kind = kindOf(target);
  if (!isUtf8(entry.name)) return { name, isLink, kind, problem: notUtf8(found) };
  if (!(target instanceof Error)) return { name, isLink, kind };
  return { name, isLink, kind, problem: kind === 'broken' ? brokenLink(found) : fileProblem(found, target) };
}

type Target = Pick<Dirent, 'isFile' | 'isDirectory'>;

async function targetOf(link: Buffer): Promise<Target | Error> {
  return stat(link).catch((error: unknown) => error as Error);
}

function kindOf(target: Target | Error): Entry['kind'] {
  if (!(target instanceof Error))
    return target.isDirectory() ? 'folder' : target.isFile() ? 'file' : 'special';
  const { code } = target as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' ? 'broken' : 'hidden';
}

function notUtf8(found: string): MvsError {
  return new MvsError('NO_INPUT', `${quoted(found)} cannot be opened: its name is not valid UTF-8`, {
    hint: notUtf8Hint,
  });
}

function brokenLink(found: string): MvsError {
  return new MvsError('NO_INPUT', `${quoted(found)} is a link to a file that does not exist`, {
    hint: 'Remove the link, or restore its target.',
  });
}
