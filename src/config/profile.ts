import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, MvsError } from '../core/base/errors.js';

/** Where `config:use` keeps its choice, in the user's own folder: for all working folders, as kubectl's context. */
const fileIn = (userFolder: string): string => join(userFolder, 'profile');

/** @throws MvsError CONFIG where there is a choice that cannot be read */
export async function chosenProfile(userFolder: string): Promise<string | undefined> {
  const file = fileIn(userFolder);
  // Of a folder that nobody may enter nothing is known, as with the files of settings.
  if (!existsSync(file)) return undefined;
  const text = await orRefuse(`cannot read the profile in use from ${file}`, readFile(file, 'utf8'));
  return text.trim() || undefined;
}

/** @param profile undefined goes on without one @throws MvsError CONFIG where the choice cannot be kept */
export async function chooseProfile(userFolder: string, profile: string | undefined): Promise<void> {
  const file = fileIn(userFolder);
  await orRefuse(
    `cannot keep the profile in ${file}`,
    profile === undefined ? rm(file, { force: true }) : write(file, userFolder, profile),
  );
}

async function write(file: string, userFolder: string, profile: string): Promise<void> {
  await mkdir(userFolder, { recursive: true });
  await writeFile(file, `${profile}\n`);
}

async function orRefuse<T>(what: string, work: Promise<T>): Promise<T> {
  return work.catch((cause: unknown) => {
    throw new MvsError('CONFIG', `${what}: ${messageOf(cause)}`, {
      cause,
      hint: 'Give your user the right to it, or name the profile with --profile or MVS_PROFILE.',
    });
  });
}
