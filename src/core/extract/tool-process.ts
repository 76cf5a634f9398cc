import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { atMost } from '../base/abort.js';
import { MvsError } from '../base/errors.js';
import { quoted } from '../base/text.js';
import { cpuTime, stalled, unlessStalled, usualStallMs } from '../base/stall.js';
import { findBinary, type Binary } from './binaries.js';
import { addressOf, type ExtractInput } from './input.js';
import { Diagnostics, exitCodeOfSignal } from './diagnostics.js';
import { linesOf } from './lines.js';

/** A process that ignores SIGTERM gets SIGKILL after this many milliseconds. */
const killAfter = 2000;
/** One that waits in the kernel, for a network disk that is gone, ignores SIGKILL too: then it is left to itself. */
const leaveAfter = 10_000;

/**
 * The bundled ffprobe is linked statically and crashes when it loads a character set of the system, which every MPEG
 * transport stream makes it do. Without a folder to look in, it does without.
 */
const environment = { GCONV_PATH: '/nonexistent' };

export interface ToolOptions {
  /** Milliseconds; a process that is waited for and neither writes nor computes for so long is ended. */
  readonly stallMs?: number;
  readonly signal?: AbortSignal;
}

interface Exit {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  /** Of the operating system, where the process could not be started (`ENOEXEC`, …). */
  readonly code?: string | undefined;
}

interface Call {
  readonly tool: 'ffmpeg' | 'ffprobe';
  readonly path: string;
  readonly args: readonly string[];
  readonly file: ExtractInput;
}

/** One running ffmpeg or ffprobe: stdout is for the caller to pull, stderr is listened to all the time. */
export class ToolProcess {
  readonly log: Diagnostics;
  readonly stdout: Readable;
  /** Settles once the process is gone and stderr is read to its end; never rejects. */
  readonly ended: Promise<Exit>;
  readonly #kill: () => void;
  readonly #call: Call;
  readonly #pid: number | undefined;
  readonly #stallMs: number;
  #stopping = false;
  #stalled: MvsError | undefined;

  private constructor(call: Call, { signal, stallMs = usualStallMs }: ToolOptions) {
    this.#call = call;
    this.#stallMs = stallMs;
    this.log = new Diagnostics(addressOf(call.file));
    const child = execa(call.path, call.args, {
      env: environment,
      stdin: 'ignore',
      buffer: false,
      reject: false,
      forceKillAfterDelay: killAfter,
    });
    this.#pid = child.pid;
    this.stdout = child.stdout;
    this.#kill = () => void child.kill();
    const listening = listen(child.stderr, this.log);
    const onAbort = () => void this.stop();
    signal?.addEventListener('abort', onAbort, { once: true });
    this.ended = Promise.all([child, listening]).then(([exit]) => {
      this.log.chosen.end();
      signal?.removeEventListener('abort', onAbort);
      return exit;
    });
    if (signal?.aborted) onAbort();
  }

  /** @throws MvsError EXTRACTOR_FAILED where there is no such tool; the signal's reason where it is aborted. */
  static async start(
    tool: Call['tool'],
    file: ExtractInput,
    args: (binary: Binary) => readonly string[],
    options: ToolOptions,
  ): Promise<ToolProcess> {
    const binary = await findBinary(tool);
    options.signal?.throwIfAborted();
    return new ToolProcess({ tool, file, path: binary.path, args: args(binary) }, options);
  }

  /** What it writes to stdout. @throws MvsError EXTRACTOR_FAILED where it stalls; one that nobody pulls does not. */
  async *output(): AsyncGenerator<Uint8Array, void, void> {
    const chunks = this.stdout[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    try {
      for (;;) {
        const next = await this.#unlessStalled(chunks.next());
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await chunks.return?.();
    }
  }

  /** The number of the picture that was read last. @throws MvsError EXTRACTOR_FAILED where ffmpeg does not say. */
  frameAt(milliseconds: number): Promise<number> {
    return this.#unlessStalled(this.log.chosen.next(milliseconds));
  }

  /** Ends the process if it still runs, and waits until it is gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    // ffmpeg sees SIGTERM only between writes; one that waits on a full pipe is freed by closing it.
    this.stdout.destroy();
    this.#kill();
    await atMost(leaveAfter, this.ended);
  }

  /** Why the process did not come to its end by itself, where that is neither the file's fault nor our wish. */
  async failure(): Promise<MvsError | undefined> {
    const exit = await this.#unlessStalled(this.ended).catch(() => undefined);
    if (this.#stalled || !exit || this.#stopping) return this.#stalled;
    const { tool, file } = this.#call;
    const stopped = exit.exitCode === exitCodeOfSignal ? this.log.stoppedBySignal : undefined;
    const killed = exit.signal ?? stopped;
    if (killed !== undefined) {
      const message = `${tool} was ended from outside or crashed (signal ${killed}) while it read ${quoted(file.input)}`;
      return new MvsError('EXTRACTOR_FAILED', message, { retriable: true });
    }
    if (exit.exitCode !== undefined) return undefined;
    const hint = `Set MVS_${tool.toUpperCase()} to the path of one that works on this machine.`;
    return new MvsError('EXTRACTOR_FAILED', `${tool} could not be started (${exit.code ?? 'unknown'})`, {
      hint,
    });
  }

  #unlessStalled<T>(work: Promise<T>): Promise<T> {
    const onStall = (): MvsError => {
      this.#stalled ??= stalled('EXTRACTOR_FAILED', this.#call.file.input, this.#stallMs);
      void this.stop();
      return this.#stalled;
    };
    return unlessStalled(work, this.#stallMs, onStall, () => cpuTime(this.#pid ?? 0));
  }
}

/** Never rejects: an stderr that breaks off has said what it had to say. */
async function listen(stderr: Readable, log: Diagnostics): Promise<void> {
  try {
    for await (const line of linesOf(stderr as AsyncIterable<Uint8Array>)) log.line(line);
  } catch {
    stderr.resume();
  }
}
