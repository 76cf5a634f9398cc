import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import * as v from 'valibot';
import { MvsError } from '../base/errors.js';

const owner = v.object({ pid: v.number(), born: v.string(), token: v.string() });
type Owner = v.InferOutput<typeof owner>;

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once when somebody else holds the lock. */
  readonly onWait?: ((pid: number) => void) | undefined;
}

/**
 * Runs `work` while nobody else does, in this process or another. A lock whose owner is dead is taken over; the owner's
 * birth is compared too, because pids are used again.
 * @throws MvsError INTERRUPTED when the signal aborts the wait.
 */
export async function withLock<T>(file: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const me: Owner = { pid: process.pid, born: await birthOf(process.pid), token: randomUUID() };
  let told = false;
  while (!take(file, me)) {
    const holder = read(file);
    if (holder && (await birthOf(holder.pid)) !== holder.born) breakLock(file, holder);
    else if (holder && !told) {
      told = true;
      options.onWait?.(holder.pid);
    }
    if (options.signal?.aborted)
      throw new MvsError('INTERRUPTED', 'interrupted while waiting for another mvs up');
    await delay(50);
  }
  try {
    return await work();
  } finally {
    if (read(file)?.token === me.token) rmSync(file, { force: true });
  }
}

/** Creating the file is the taking: exactly one of those who try succeeds. */
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

/** Killed between creating the file and writing it: a lock without an owner, once it is a moment old. */
function torn(file: string): boolean {
  return ageOf(file) > 2_000;
}

/** Only one waiter may remove a dead owner's lock, or the second would remove the first one's new lock. */
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

/** When a process was started, in a form that only equals itself; empty when there is no such process. */
async function birthOf(pid: number): Promise<string> {
  if (pid <= 0) return '';
  if (process.platform === 'linux') {
    try {
      // Field 22; the name before it may hold spaces and brackets.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
    } catch {
      return '';
    }
  }
  const { stdout } = await execa('ps', ['-o', 'lstart=', '-p', String(pid)], { reject: false });
  return stdout.trim();
}
