import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A program that outlives the process that started it. */
export interface DaemonSpec {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Receives the output of the program before its own log is open. Emptied at each start. */
  readonly outFile: string;
}

export interface Daemon {
  readonly pid: number;
  /** Resolves if the daemon ends during this process. */
  readonly ended: Promise<string>;
}

/** @throws Error if the program cannot be run. */
export async function launch(spec: DaemonSpec): Promise<Daemon> {
  mkdirSync(dirname(spec.outFile), { recursive: true });
  const out = openSync(spec.outFile, 'w');
  try {
    const child = spawn(spec.command, spec.args, {
      cwd: spec.cwd,
      env: { ...process.env, ...spec.env },
      detached: true,
      stdio: ['ignore', out, out],
    });
    const ended = new Promise<string>((resolve) => {
      child.once('exit', (code, signal) => {
        resolve(signal ? `killed by ${signal}` : `exit code ${String(code)}`);
      });
    });
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    child.unref();
    return { pid: child.pid ?? 0, ended };
  } finally {
    closeSync(out);
  }
}

/**
 * Finds the process that has one of these arguments. Command lines are reliable, whereas pid files go stale and pids are reused.
 * @param hint a pid to check first
 */
export async function findProcess(marks: readonly string[], hint?: number): Promise<number | undefined> {
  if (!existsSync('/proc/self/cmdline')) return findByPs(marks);
  if (hint !== undefined && (await hasMark(hint, marks))) return hint;
  for (const entry of await readdir('/proc')) {
    const pid = Number(entry);
    if (Number.isInteger(pid) && pid !== process.pid && (await hasMark(pid, marks))) return pid;
  }
  return undefined;
}

/** A zombie has an empty command line and counts as ended. */
async function hasMark(pid: number, marks: readonly string[]): Promise<boolean> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const args = line.split('\0');
  return marks.some((mark) => args.includes(mark));
}

async function findByPs(marks: readonly string[]): Promise<number | undefined> {
  const { execa } = await import('execa');
  const { stdout } = await execa('ps', ['-A', '-ww', '-o', 'pid=,command='], { reject: false });
  for (const line of stdout.split('\n')) {
    const [, pid, command] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    if (Number(pid) === process.pid || command === undefined) continue;
    if (marks.some((mark) => command.includes(mark))) return Number(pid);
  }
  return undefined;
}

/** `killed` if it did not end by itself. */
export type End = 'absent' | 'stopped' | 'killed';

/** Ends the process with one of these marks: SIGTERM, then SIGKILL after the grace period. */
export async function terminate(marks: readonly string[], graceMs: number): Promise<End> {
  const pid = await findProcess(marks);
  if (pid === undefined) return 'absent';
  kill(pid, 'SIGTERM');
  const deadline = Date.now() + graceMs;
  let end: End = 'stopped';
  while ((await findProcess(marks, pid)) !== undefined) {
    if (Date.now() > deadline) {
      end = 'killed';
      kill(pid, 'SIGKILL');
    }
    await delay(50);
  }
  return end;
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended in the meantime.
  }
}
