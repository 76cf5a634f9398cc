import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where `config:use` keeps its choice, in the user's own folder: for all working folders, as kubectl's context. */
const fileIn = (userFolder: string): string => join(userFolder, 'profile');

export async function chosenProfile(userFolder: string): Promise<string | undefined> {
  const text = await readFile(fileIn(userFolder), 'utf8').catch(() => '');
  return text.trim() || undefined;
}

/** @param profile undefined goes on without one */
export async function chooseProfile(userFolder: string, profile: string | undefined): Promise<void> {
  if (profile === undefined) return rm(fileIn(userFolder), { force: true });
  await mkdir(userFolder, { recursive: true });
  await writeFile(fileIn(userFolder), `${profile}\n`);
}
