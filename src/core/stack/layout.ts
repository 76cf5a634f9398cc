import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf, MvsError } from '../base/errors.js';
import type { ServerName } from './types.js';

/** The settings and sources that ship with the package; the same place from src/ and from dist/. */
export const assets = {
  pom: fileURLToPath(new URL('../../../stack/pom.xml', import.meta.url)),
  logging: fileURLToPath(new URL('../../../stack/log4j2.properties', import.meta.url)),
  kafkaSettings: fileURLToPath(new URL('../../../stack/server.properties', import.meta.url)),
  emulatorSources: fileURLToPath(new URL('../../../stack/mongo-emulator/', import.meta.url)),
  compose: fileURLToPath(new URL('../../../compose.yaml', import.meta.url)),
} as const;

/** Every path of one stack. */
export interface Layout {
  readonly root: string;
  readonly stateFile: string;
  readonly lockFile: string;
  readonly cache: string;
  /** Short and unique for this home: names its containers and marks its processes. */
  readonly id: string;
  folder(name: ServerName): string;
  logFile(name: ServerName): string;
}

export function stateFileOf(home: string): string {
  return join(home, 'stack', 'state.json');
}

/** Creates the folders; two spellings of one home give one layout. */
export function layoutOf(home: string, cache?: string): Layout {
  const real = ownFolder(home);
  const root = join(real, 'stack');
  return {
    root,
    stateFile: stateFileOf(real),
    lockFile: join(root, 'lock'),
    cache: cache ?? join(real, 'cache'),
    id: digest(real).slice(0, 12),
    folder: (name) => join(root, name),
    logFile: (name) => join(root, 'logs', `${name}.log`),
  };
}

/** @throws MvsError CONFIG where the folder cannot be had. */
function ownFolder(home: string): string {
  try {
    mkdirSync(join(home, 'stack'), { recursive: true });
    return realpathSync(home);
  } catch (cause) {
    throw new MvsError('CONFIG', `${home} cannot be the folder of the local stack: ${messageOf(cause)}`, {
      cause,
      hint: 'Name a folder that you may write to with --home or MVS_HOME.',
    });
  }
}

/** The argument by which a daemon of this home is told from every other process. */
export function markOf(layout: Layout, name: ServerName): string {
  return `-Dmvs.server=${name}-${layout.id}`;
}

export function digest(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}
