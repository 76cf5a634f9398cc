import { readFile } from 'node:fs/promises';
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
  const silence = watchSilence(ms, stalled, pulse);
  try {
    return await Promise.race([work, silence.ends]);
  } finally {
    silence.stop();
    // The result of abandoned work is ignored.
    work.catch(() => undefined);
  }
}

interface Silence {
  /** Rejects when there has been no sign of life for too long. */
  readonly ends: Promise<never>;
  readonly stop: () => void;
}

/** A plain timer: every chunk of a process is waited for in this way, and to abort a signal costs more than to read the chunk. */
function watchSilence(ms: number, stalled: () => Error, pulse?: () => Promise<unknown>): Silence {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const ends = new Promise<never>((_, reject) => {
    // First read at the first check, because most waits are far shorter.
    let before: unknown;
    let quiet = 0;
    const look = async (): Promise<void> => {
      const now = await pulse?.();
      if (stopped) return;
      quiet = now === before ? quiet + 1 : 0;
      before = now;
      if (quiet >= looks) reject(stalled());
      else wait();
    };
    const wait = (): void => {
      timer = setTimeout(() => void look().catch(reject), ms / looks);
    };
    wait();
  });
  return {
    ends,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
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
