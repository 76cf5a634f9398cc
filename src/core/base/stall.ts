import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { MvsError, type ErrorCode } from './errors.js';
import { quoted } from './text.js';

/** The default, in milliseconds. */
export const usualStallMs = 60_000;

/** A stall is confirmed by this many checks, so that Ctrl-Z or a busy moment of this process does not count as one. */
const looks = 4;

/**
 * Waits for work that may hang. Rejects with the error of `stalled` if there is no result within `ms` and the value of
 * `pulse`, if given, has not changed either. A later result is ignored.
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
    // The result of abandoned work is ignored.
    work.catch(() => undefined);
  }
}

async function silence(ms: number, signal: AbortSignal, pulse?: () => Promise<unknown>): Promise<void> {
  // First read at the first check, because most waits are far shorter.
  let before: unknown;
  for (let quiet = 0; quiet < looks;) {
    await sleep(ms / looks, undefined, { signal });
    const now = await pulse?.();
    signal.throwIfAborted();
    quiet = now === before ? quiet + 1 : 0;
    before = now;
  }
}

/** Changes whenever a process computes. Undefined if the system does not report it or the process has ended. */
export async function cpuTime(pid: number): Promise<unknown> {
  if (process.platform === 'linux') return cpuTicks(pid);
  const { execa } = await import('execa');
  const { stdout } = await execa('ps', ['-o', 'time=', '-p', `${pid}`], { reject: false });
  return stdout;
}

/** CPU time of a process and its ended children, in clock ticks: fields 14–17 of proc_pid_stat(5). Linux only. */
export async function cpuTicks(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
  // The second field is the name in parentheses, which may contain anything.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
}

/** The error of a source that hangs. */
export function stalled(code: ErrorCode, input: string, ms: number): MvsError {
  return new MvsError(code, `${quoted(input)} stalled: no data for ${ms / 1000} s`, {
    retriable: true,
    hint: 'Check the disk or the server and try again. --stall-timeout gives it more time.',
  });
}
