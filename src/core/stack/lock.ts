import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import * as v from 'valibot';
import { MvsError } from '../base/errors.js';

const owner = v.object({ pid: v.number(), born: v.string(), token: v.string() });
type Owner = v.InferOutput<typeof owner>;

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once if another process holds the lock. */
  readonly onWait?: ((pid: number) => void) | undefined;
}

/**
 * Runs `work` under a lock that excludes other callers, in this process or another. A lock whose owner has died is taken
 * over. The start time of the owner is compared too, because pids are reused.
 * @throws MvsError INTERRUPTED if the signal aborts the wait.
 */
export async function withLock<T>(file: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const me: Owner = { pid: process.pid, born: await birthOf(process.pid), token: randomUUID() };
  let reported = false;
  while (!take(file, me)) {
    const holder = read(file);
    if (holder && (await birthOf(holder.pid)) !== holder.born) breakLock(file, holder);
    else if (holder && !reported) {
      reported = true;
      options.onWait?.(holder.pid);
    }
    if (options.signal?.aborted)
      throw new MvsError('INTERRUPTED', 'interrupted while waiting for another "mvs up"');
    await delay(50);
  }
  try {
    return await work();
  } finally {
    if (read(file)?.token === me.token) rmSync(file, { force: true });
  }
}

/** Creating the file takes the lock, so exactly one process succeeds. */
function take(file: string, me: Owner): boolean {
  try {
    writeFileSync(file, JSON.stringify(me), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function read(file: string): Owner | undefined {
  try {
    return v.parse(owner, JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return torn(file) ? { pid: 0, born: 'never', token: '' } : undefined;
  }
}

/** An empty lock file that is not new has no owner: the process was killed between creating and writing it. */
function torn(file: string): boolean {
  return ageOf(file) > 2_000;
}

/** Only one waiter may remove the lock of a dead owner. Otherwise a second one would remove the new lock of the first. */
function breakLock(file: string, dead: Owner): void {
  const guard = `${file}.breaking`;
  try {
    mkdirSync(guard);
  } catch {
    if (ageOf(guard) > 5_000) rmSync(guard, { recursive: true, force: true });
    return;
  }
  try {
    if (read(file)?.token === dead.token) rmSync(file, { force: true });
  } finally {
    rmdirSync(guard);
  }
}

function ageOf(path: string): number {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

/** The start time of a process in a comparable form; empty if there is no such process. */
async function birthOf(pid: number): Promise<string> {
  if (pid <= 0) return '';
  if (process.platform === 'linux') {
    try {
      // Field 22. The name before it may contain spaces and brackets.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
    } catch {
      return '';
    }
  }
  const { execa } = await import('execa');
  const { stdout } = await execa('ps', ['-o', 'lstart=', '-p', String(pid)], { reject: false });
  return stdout.trim();
}
