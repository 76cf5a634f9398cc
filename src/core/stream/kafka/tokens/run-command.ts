import { spawn, type ChildProcess } from 'node:child_process';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';

/** Characters on stdout and stderr together: a token has some thousand. */
const longestOutput = 1024 * 1024;
/** Milliseconds after the end of a command in which what it has printed arrives. */
const graceMs = 100;

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly shell: boolean;
  readonly limitMs: number;
  /** Whether this is all that was asked for, though something that the command has started may print more. */
  readonly isEnough: (stdout: string) => boolean;
}

/**
 * Runs a command, and waits for its end and not for that of what it leaves running behind, which may hold its stdout for ever
 * (execa waits for that). Where it does not give what is asked for, all that it has started is killed.
 * @throws Error that says why there is no `Ended`
 */
export async function runCommand(
  [file = '', ...args]: readonly string[],
  { shell, limitMs, isEnough }: RunOptions,
): Promise<Ended> {
  // A group of its own, so that all of a pipeline can be killed.
  const child = spawn(file, args, { shell, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const kill = (): void => {
    killGroup(child);
  };
  process.once('exit', kill);
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Ended>((resolve, reject) => {
      const give = (reason: string): void => {
        reject(new Error(reason));
      };
      timer = setTimeout(give, limitMs, `gives no token within ${limitMs / 1000} s`);
      const printed = { stdout: '', stderr: '' };
      for (const name of ['stdout', 'stderr'] as const) {
        child[name].setEncoding('utf8').on('data', (text: string) => {
          printed[name] += text;
          if (printed.stdout.length + printed.stderr.length > longestOutput) give('prints more than 1 MiB');
        });
      }
      const end = (code: number | null, signal: NodeJS.Signals | null): void => {
        if (code === null) give(`cannot be run (${signal ?? 'unknown reason'})`);
        else resolve({ exitCode: code, ...printed });
      };
      child.once('error', ({ code, message }: NodeJS.ErrnoException) => {
        give(`cannot be run (${code ?? message})`);
      });
      child.once('close', end);
      child.once('exit', (code, signal) => {
        void arrived().then(() => {
          if (code !== 0 || isEnough(printed.stdout)) end(code, signal);
        });
      });
    });
  } catch (error) {
    kill();
    throw error;
  } finally {
    clearTimeout(timer);
    process.off('exit', kill);
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

/** At least one look at the pipes, also where something else has kept this process busy. */
async function arrived(): Promise<void> {
  await sleep(graceMs);
  await setImmediate();
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // None is left of it, or this system knows no groups.
    child.kill('SIGKILL');
  }
}
