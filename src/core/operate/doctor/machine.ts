import { readFileSync } from 'node:fs';
import { access, constants, statfs } from 'node:fs/promises';
import { availableParallelism, freemem } from 'node:os';
import { dirname, resolve } from 'node:path';
import { failed, ok, warning, type Check } from '../../base/check.js';
import { messageOf } from '../../base/errors.js';

const gib = 1024 ** 3;

/** Compares with the range in package.json, which has the form ">=20.19". */
export function checkNode(version = process.versions.node): Check {
  const { engines } = JSON.parse(
    readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8'),
  ) as {
    engines: { node: string };
  };
  const wanted = engines.node.replace('>=', '');
  if (version.localeCompare(wanted, 'en', { numeric: true }) >= 0) return ok('node', version);
  return failed('node', `${version} is too old`, `Install Node.js ${wanted} or newer.`);
}

export function checkMachine(): Check[] {
  const cores = availableParallelism();
  // In a container, `freemem` reports the host. Node before 20.13 has nothing better.
  const memory = 'availableMemory' in process ? process.availableMemory() : freemem();
  const free = `${(memory / gib).toFixed(1)} GiB free`;
  return [
    cores > 1
      ? ok('cores', String(cores))
      : warning(
          'cores',
          '1',
          'Use --workers 1. Decoding and inference share the core, so expect few frames/s.',
        ),
    memory >= gib
      ? ok('memory', free)
      : warning(
          'memory',
          free,
          'Free some memory, or use --workers 1. The local stack and one worker need 1 GiB.',
        ),
  ];
}

/** Checks whether the folder of the local stack is writable, and its free space. */
export async function checkFolder(home: string): Promise<Check> {
  const folder = await nearestThatExists(resolve(home));
  try {
    await access(folder, constants.W_OK);
    const { bavail, bsize } = await statfs(folder);
    const room = bavail * bsize;
    const detail = `${(room / gib).toFixed(1)} GiB free in ${home}`;
    const hint = 'Free space there, or set --home or MVS_HOME to another folder.';
    if (room < gib / 4) return failed('disk', detail, hint);
    return room < 2 * gib ? warning('disk', detail, hint) : ok('disk', detail);
  } catch (error) {
    return failed('disk', messageOf(error), 'Set --home or MVS_HOME to a writable folder.');
  }
}

async function nearestThatExists(folder: string): Promise<string> {
  const there = await access(folder).then(
    () => true,
    () => false,
  );
  return there || dirname(folder) === folder ? folder : nearestThatExists(dirname(folder));
}
