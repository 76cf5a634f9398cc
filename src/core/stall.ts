import { readFile } from 'node:fs/promises';
import { MvsError, type ErrorCode } from './errors.js';
import { quoted } from './source-files.js';

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
  pulse: () => Promise<unknown> = () => Promise.resolve(undefined),
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const hangs = new Promise<never>((_, reject) => {
    let quiet = 0;
    // Asked for the first time at the first look: most waits are far shorter.
    let before: unknown;
    const look = async (): Promise<void> => {
      const now = await pulse();
      quiet = now === before ? quiet + 1 : 0;
      before = now;
      if (quiet >= looks) reject(stalled());
    };
    timer = setInterval(() => void look(), Math.max(1, ms / looks));
  });
  try {
    return await Promise.race([work, hangs]);
  } finally {
    clearInterval(timer);
    // Nobody waits any more for what was left behind.
    work.catch(() => undefined);
  }
}

/**
 * CPU time that a process and its ended children have taken, in clock ticks; undefined where the system does not tell
 * (no Linux) or the process is gone. Fields 14–17 of proc_pid_stat(5).
 */
export async function cpuTicks(pid: number | undefined): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid ?? 0}/stat`, 'latin1').catch(() => undefined);
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
