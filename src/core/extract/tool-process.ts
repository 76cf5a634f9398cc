import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { MvsError } from '../errors.js';
import { findBinary, type Binary } from './binaries.js';
import { Diagnostics } from './diagnostics.js';

/** A process that ignores SIGTERM gets SIGKILL after this many milliseconds. */
const killAfter = 2000;

/**
 * The bundled ffprobe is linked statically and crashes when it loads a character set of the system, which every MPEG
 * transport stream makes it do. Without a folder to look in, it does without.
 */
const environment = { GCONV_PATH: '/nonexistent' };

interface Exit {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  /** Of the operating system, where the process could not be started (`ENOEXEC`, …). */
  readonly code?: string | undefined;
}

/** One running ffmpeg or ffprobe: stdout is for the caller to pull, stderr is listened to all the time. */
export class ToolProcess {
  readonly log = new Diagnostics();
  readonly stdout: Readable;
  /** Settles once the process is gone and stderr is read to its end; never rejects. */
  readonly ended: Promise<Exit>;
  readonly #kill: () => void;
  readonly #tool: string;
  #stopping = false;

  private constructor(tool: string, path: string, args: readonly string[], signal: AbortSignal | undefined) {
    this.#tool = tool;
    const child = execa(path, args, {
      env: environment,
      stdin: 'ignore',
      buffer: false,
      reject: false,
      forceKillAfterDelay: killAfter,
    });
    this.stdout = child.stdout;
    this.#kill = () => void child.kill();
    const lines = createInterface({ input: child.stderr, crlfDelay: Infinity });
    lines.on('line', (line) => {
      this.log.line(line);
    });
    const onAbort = () => void this.stop();
    signal?.addEventListener('abort', onAbort, { once: true });
    this.ended = Promise.all([child, once(lines, 'close')]).then(([exit]) => {
      signal?.removeEventListener('abort', onAbort);
      return exit;
    });
    if (signal?.aborted) onAbort();
  }

  /** @throws MvsError EXTRACTOR_FAILED where there is no such tool; the signal's reason where it is aborted. */
  static async start(
    tool: 'ffmpeg' | 'ffprobe',
    args: (binary: Binary) => readonly string[],
    signal?: AbortSignal,
  ): Promise<ToolProcess> {
    const binary = await findBinary(tool);
    signal?.throwIfAborted();
    return new ToolProcess(tool, binary.path, args(binary), signal);
  }

  /** Ends the process if it still runs, and waits until it is gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    // ffmpeg sees SIGTERM only between writes; one that waits on a full pipe is freed by closing it.
    this.stdout.destroy();
    this.#kill();
    await this.ended;
  }

  /** Why the process did not come to its end by itself, where that is neither the file's fault nor our wish. */
  async failure(): Promise<MvsError | undefined> {
    const { exitCode, signal, code } = await this.ended;
    if (this.#stopping) return undefined;
    const killed = signal ?? this.log.stoppedBySignal;
    if (killed !== undefined) {
      const message = `${this.#tool} was ended from outside or crashed (signal ${killed})`;
      return new MvsError('EXTRACTOR_FAILED', message, { retriable: true });
    }
    if (exitCode !== undefined) return undefined;
    const hint = `Set MVS_${this.#tool.toUpperCase()} to the path of one that works on this machine.`;
    return new MvsError('EXTRACTOR_FAILED', `${this.#tool} could not be started (${code ?? 'unknown'})`, {
      hint,
    });
  }
}
