import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { MvsError, messageOf } from '../base/errors.js';
import { portOf } from './address.js';
import { accepts } from './ports.js';
import type { ServerKind, Site } from './site.js';
import type { ServerRecord } from './state.js';

const READY_WITHIN_MS = 120_000;
const shownLines = 10;
const searchedLines = 200;
/** In bytes. */
const smallestFreeSpace = 1024 * 1024;

/** The state of the process that is starting. */
export interface Watch {
  stillThere(): Promise<boolean>;
  /** How it ended, if known. */
  end?(): string | undefined;
}

/**
 * Waits until a local server can be used.
 * @throws MvsError STACK_UNAVAILABLE with the end of its log if it dies or takes too long, INTERRUPTED.
 */
export async function untilReady(
  site: Site,
  kind: ServerKind,
  server: ServerRecord,
  watch: Watch,
): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  let problem: unknown = new Error('it accepts no connections');
  while (Date.now() < deadline) {
    site.checkAborted();
    // Cheaper than a client, which would take CPU from the starting server.
    if (await accepts(portOf(server.address))) {
      try {
        await kind.ready(server.address);
        return;
      } catch (error) {
        problem = error;
      }
    }
    if (!(await watch.stillThere()))
      throw failed(kind, server, `it ended (${watch.end?.() ?? 'unknown reason'})`);
    await delay(100);
  }
  throw failed(kind, server, `not ready after ${READY_WITHIN_MS / 1_000} s: ${messageOf(problem)}`);
}

function failed(kind: ServerKind, { logFile, dataDir }: ServerRecord, what: string): MvsError {
  const lines = logFile ? [`${logFile}.out`, logFile].flatMap(lastLines) : [];
  if (lines.some((line) => line.includes('No space left on device')) || isFull(dataDir)) {
    const where = dataDir === undefined ? '' : ` in ${dataDir}`;
    return new MvsError('DISK_FULL', `${kind.title} did not start: there is no space left${where}`, {
      hint: 'Free space there, then run "mvs up" again. No confirmed data is lost.',
    });
  }
  const detail = lines.length > 0 ? `\n${lines.slice(-shownLines).join('\n')}` : '';
  return new MvsError('STACK_UNAVAILABLE', `${kind.title} did not start: ${what}${detail}`, {
    hint: logFile ? `Read its log: ${logFile}` : 'Read the log of the server.',
  });
}

/** On a full disk the log of a start may be empty. */
function isFull(folder: string | undefined): boolean {
  if (folder === undefined || !existsSync(folder)) return false;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < smallestFreeSpace;
}

/** Enough lines to find the first error below its stack traces. */
function lastLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').filter(Boolean).slice(-searchedLines);
  } catch {
    return [];
  }
}
