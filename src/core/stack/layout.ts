import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf, MvsError } from '../base/errors.js';
import type { ServerName } from './types.js';

/** The settings and sources that ship with the package; the path is the same from src/ and from dist/. */
export const assets = {
  pom: fileURLToPath(new URL('../../../stack/pom.xml', import.meta.url)),
  logging: fileURLToPath(new URL('../../../stack/log4j2.properties', import.meta.url)),
  kafkaSettings: fileURLToPath(new URL('../../../stack/server.properties', import.meta.url)),
  emulatorSources: fileURLToPath(new URL('../../../stack/mongo-emulator/', import.meta.url)),
  compose: fileURLToPath(new URL('../../../compose.yaml', import.meta.url)),
} as const;

/** All paths of a stack. */
export interface Layout {
  readonly root: string;
  readonly stateFile: string;
  readonly lockFile: string;
  readonly cache: string;
  /** A short unique id of this home, used for its containers and processes. */
  readonly id: string;
  folder(name: ServerName): string;
  logFile(name: ServerName): string;
}

export function stateFileOf(home: string): string {
  return join(home, 'stack', 'state.json');
}

/** Creates the folders. Two spellings of the same home give the same layout. */
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

/** @throws MvsError CONFIG if the folder cannot be used. */
function ownFolder(home: string): string {
  try {
    mkdirSync(join(home, 'stack'), { recursive: true });
    return realpathSync(home);
  } catch (cause) {
    throw new MvsError(
      'CONFIG',
      `${home} cannot be used as the folder of the local stack: ${messageOf(cause)}`,
      {
        cause,
        hint: 'Set --home or MVS_HOME to a writable folder.',
      },
    );
  }
}

/** The argument that identifies a daemon of this home among all processes. */
export function markOf(layout: Layout, name: ServerName): string {
  return `-Dmvs.server=${name}-${layout.id}`;
}

export function digest(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}
