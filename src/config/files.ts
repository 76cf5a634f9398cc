import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lilconfig, type Loader } from 'lilconfig';
import { MvsError, messageOf } from '../core/base/errors.js';
import { withoutMark } from '../core/base/text.js';
import type { ConfigContent } from './check.js';

export interface ConfigFile extends ConfigContent {
  readonly path: string;
}

/** Parsers are loaded on demand. */
const loaders: Record<string, Loader> = {
  '.yaml': loader(async (text) => (await import('yaml')).parse(text) as unknown),
  '.json': loader((text) => Promise.resolve(JSON.parse(text) as unknown)),
  '.toml': loader(async (text) => (await import('smol-toml')).parse(text)),
};
const searchPlaces = Object.keys(loaders).map((ending) => `mvs.config${ending}`);
const nothing: ConfigContent = { settings: {}, profiles: {}, profile: undefined };

/**
 * Finds the nearest file from the working folder upwards, then the one in the user's own folder. The first one takes precedence.
 * @throws MvsError CONFIG with the file and its problem
 */
export async function findConfigFiles(cwd: string, userFolder: string): Promise<ConfigFile[]> {
  const near = await search(cwd, '/');
  const own = await search(userFolder, userFolder);
  return [near, ...(own?.path === near?.path ? [] : [own])].filter((found) => found !== undefined);
}

async function search(from: string, stopDir: string): Promise<ConfigFile | undefined> {
  const explorer = lilconfig('mvs', { searchPlaces, loaders, stopDir, ignoreEmptySearchPlaces: false });
  const found = await explorer.search(from).catch((cause: unknown) => {
    if (cause instanceof MvsError) throw cause;
    const path = firstThere(from, stopDir);
    throw new MvsError('CONFIG', `cannot read ${path}: ${messageOf(cause)}`, {
      cause,
      hint: 'Make it readable. If it is not a configuration file of mvs, move or rename it.',
    });
  });
  if (!found) return undefined;
  return { path: found.filepath, ...((found.config as ConfigContent | undefined) ?? nothing) };
}

function loader(parse: (text: string) => Promise<unknown>): Loader {
  return async (path, text) => (await import('./check.js')).readConfig(path, () => parse(withoutMark(text)));
}

/** The first file that the search finds, because system errors may not name it. */
function firstThere(folder: string, stopDir: string): string {
  const found = searchPlaces.map((place) => join(folder, place)).find((path) => existsSync(path));
  if (found !== undefined || folder === stopDir || dirname(folder) === folder) return found ?? folder;
  return firstThere(dirname(folder), stopDir);
}
