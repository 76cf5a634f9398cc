import { spawn, type ChildProcess } from 'node:child_process';
import { Readable, type Writable } from 'node:stream';

/** A process that ignores SIGTERM gets SIGKILL after this many milliseconds. */
const killAfter = 2000;

export interface Exit {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  /** The error of the operating system if the process could not be started (`ENOEXEC`, …). */
  readonly code?: string | undefined;
}

export interface Child {
  readonly pid: number | undefined;
  /** Undefined if the program has no input. */
  readonly stdin: Writable | undefined;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles when the process has ended, and its output has been read or closed; never rejects. */
  readonly ended: Promise<Exit>;
  /** Ends the process, sooner or later by force. */
  readonly kill: () => void;
}

/** Those that run end with this process. */
const running = new Set<ChildProcess>();
let endsThem = false;

/** Starts a program. Takes a quarter of execa's CPU time, which counts where each of many files needs several programs. */
export function startChild(
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  stdin: 'ignore' | 'pipe' = 'ignore',
): Child {
  try {
    return watched(spawn(path, args, { env: { ...process.env, ...env }, stdio: [stdin, 'pipe', 'pipe'] }));
  } catch (error) {
    // Node throws some errors, and emits the others.
    return notStarted(error);
  }
}

function watched(child: ChildProcess): Child {
  if (!endsThem) {
    process.on('exit', () => {
      for (const each of running) each.kill();
    });
    endsThem = true;
  }
  if (child.pid !== undefined) running.add(child);
  const ended = new Promise<Exit>((resolve) => {
    let failed: Exit | undefined;
    child.once('exit', () => running.delete(child));
    child.on('error', (error) => {
      // Also emitted when a signal cannot be sent.
      if (child.pid !== undefined) return;
      failed = { code: codeOf(error) };
      resolve(failed);
    });
    child.once('close', (exitCode, signal) => {
      resolve(failed ?? { exitCode: exitCode ?? undefined, signal: signal ?? undefined });
    });
  });
  const { pid, stdin, stdout, stderr } = child;
  // There are no pipes if the system had no descriptors left.
  const none = Readable.from([]);
  return {
    ...{ pid, stdin: stdin ?? undefined, stdout: stdout ?? none, stderr: stderr ?? none, ended },
    kill: () => {
      // ffmpeg handles SIGTERM only between reads and writes, and at the end of its input.
      stdin?.destroy();
      if (!child.kill()) return;
      const force = setTimeout(() => child.kill('SIGKILL'), killAfter).unref();
      child.once('exit', () => {
        clearTimeout(force);
      });
    },
  };
}

function notStarted(error: unknown): Child {
  const none = Readable.from([]);
  const ended = Promise.resolve({ code: codeOf(error) });
  return { pid: undefined, stdin: undefined, stdout: none, stderr: none, ended, kill: () => undefined };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
