import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, MvsError } from '../core/base/errors.js';

/** The file with the choice of `config:use`. It is in the user's own folder and applies to all working folders, like kubectl's context. */
const fileIn = (userFolder: string): string => join(userFolder, 'profile');

/** @throws MvsError CONFIG if the choice cannot be read */
export async function chosenProfile(userFolder: string): Promise<string | undefined> {
  const file = fileIn(userFolder);
  // In an inaccessible folder the file counts as missing, like the configuration files.
  if (!existsSync(file)) return undefined;
  const text = await orRefuse(`cannot read the profile in use from ${file}`, readFile(file, 'utf8'));
  return text.trim() || undefined;
}

/** @param profile undefined for none @throws MvsError CONFIG if the choice cannot be saved */
export async function chooseProfile(userFolder: string, profile: string | undefined): Promise<void> {
  const file = fileIn(userFolder);
  await orRefuse(
    `cannot save the profile in ${file}`,
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
      hint: 'Check the permissions of the file, or select the profile with --profile or MVS_PROFILE.',
    });
  });
}
