import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { MvsError, type ErrorCode } from './errors.js';
import { quoted } from './text.js';

/** Where nothing else is said; in milliseconds. */
export const usualStallMs = 60_000;

/** A stall is found out in so many looks, so that a terminal's Ctrl-Z or a busy moment of ours is not taken for one. */
const looks = 4;

/**
 * Waits for work that may hang. Rejects with what `stalled` says once nothing has come for `ms` and, where `pulse` is
 * given, what it tells has not changed either; work that comes later is nobody's any more.
 */
export async function unlessStalled<T>(
  work: Promise<T>,
  ms: number,
  stalled: () => Error,
  pulse?: () => Promise<unknown>,
): Promise<T> {
  const over = new AbortController();
  const hangs = silence(ms, over.signal, pulse).then(() => {
    throw stalled();
  });
  try {
    return await Promise.race([work, hangs]);
  } finally {
    over.abort();
    // Nobody waits any more for what was left behind.
    work.catch(() => undefined);
  }
}

async function silence(ms: number, signal: AbortSignal, pulse?: () => Promise<unknown>): Promise<void> {
  // Asked for the first time at the first look: most waits are far shorter.
  let before: unknown;
  for (let quiet = 0; quiet < looks;) {
    await sleep(ms / looks, undefined, { signal });
    const now = await pulse?.();
    signal.throwIfAborted();
    quiet = now === before ? quiet + 1 : 0;
    before = now;
  }
}

/** Changes whenever a process computes; undefined where the system does not tell, or the process is gone. */
export async function cpuTime(pid: number): Promise<unknown> {
  if (process.platform === 'linux') return cpuTicks(pid);
  const { stdout } = await execa('ps', ['-o', 'time=', '-p', `${pid}`], { reject: false });
  return stdout;
}

/** CPU time of a process and its ended children, in clock ticks: fields 14–17 of proc_pid_stat(5). Linux only. */
export async function cpuTicks(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
  // The second field is the name in parentheses, which may hold anything.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
}

/** The error of a source that hangs. */
export function stalled(code: ErrorCode, input: string, ms: number): MvsError {
  return new MvsError(code, `${quoted(input)} stalled: nothing came for ${ms / 1000} s`, {
    retriable: true,
    hint: 'Check the disk or the server that it lies on and try again; --stall-timeout gives it more time.',
  });
}
