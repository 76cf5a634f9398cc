import { lilconfig, type Loader } from 'lilconfig';
import type { ConfigContent } from './check.js';

export interface ConfigFile extends ConfigContent {
  readonly path: string;
}

/** Parsers are loaded when there is something to parse. */
const loaders: Record<string, Loader> = {
  '.yaml': loader(async (text) => (await import('yaml')).parse(text) as unknown),
  '.json': loader((text) => Promise.resolve(JSON.parse(text) as unknown)),
  '.toml': loader(async (text) => (await import('smol-toml')).parse(text)),
};
const searchPlaces = Object.keys(loaders).map((ending) => `mvs.config${ending}`);
const nothing: ConfigContent = { settings: {}, profiles: {}, profile: undefined };

/**
 * The nearest file from the working folder upwards, then the one of the user's own folder: what the first says counts.
 * @throws MvsError CONFIG naming the file and what is wrong with it
 */
export async function findConfigFiles(cwd: string, userFolder: string): Promise<ConfigFile[]> {
  const near = await search(cwd, '/');
  const own = await search(userFolder, userFolder);
  return [near, ...(own?.path === near?.path ? [] : [own])].filter((found) => found !== undefined);
}

async function search(from: string, stopDir: string): Promise<ConfigFile | undefined> {
  const explorer = lilconfig('mvs', { searchPlaces, loaders, stopDir, ignoreEmptySearchPlaces: false });
  const found = await explorer.search(from);
  if (!found) return undefined;
  return { path: found.filepath, ...((found.config as ConfigContent | undefined) ?? nothing) };
}

function loader(parse: (text: string) => Promise<unknown>): Loader {
  return async (path, text) => (await import('./check.js')).readConfig(path, () => parse(text));
}
