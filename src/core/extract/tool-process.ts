import type { Readable } from 'node:stream';
import { atMost } from '../base/abort.js';
import { MvsError } from '../base/errors.js';
import { quoted } from '../base/text.js';
import { cpuTime, stalled, unlessStalled, usualStallMs } from '../base/stall.js';
import { findBinary } from './binaries.js';
import type { Binary } from './build.js';
import { addressOf, isNetwork, type ExtractInput } from './input.js';
import { startChild, type Exit } from './child.js';
import { Diagnostics, exitCodeOfSignal } from './diagnostics.js';
import { fed, type Feed } from './feed.js';
import { linesOf } from './lines.js';
import { routeTo, toolEnvironment, type Route } from './route.js';

/** A process that waits in the kernel, for example for a lost network disk, ignores SIGKILL too and is left behind. */
const leaveAfter = 10_000;

export interface ToolOptions {
  /** Milliseconds without output and without CPU time, while the reader waits, after which the process is ended. */
  readonly stallMs?: number;
  readonly signal?: AbortSignal;
}

interface StartOptions extends ToolOptions {
  readonly feed?: Feed;
}

/**
 * Programs that are linked statically may crash when they resolve a name: mvs tries a local one only, and a server may send its reader to
 * another one.
 */
const crashHint =
  'If it had to resolve a host name, for example after a redirect: statically linked builds of ffmpeg may crash then. Install ffmpeg 6 or later with the packages of your system, or set MVS_FFMPEG and MVS_FFPROBE to others.';

interface Call {
  readonly tool: 'ffmpeg' | 'ffprobe';
  readonly binary: Binary;
  readonly args: readonly string[];
  readonly file: ExtractInput;
  readonly route: Route;
}

/** One running ffmpeg or ffprobe. The caller pulls stdout; stderr is read all the time. */
export class ToolProcess {
  readonly log: Diagnostics;
  readonly stdout: Readable;
  /** Settles when the process has ended and stderr has been read to its end; never rejects. */
  readonly ended: Promise<Exit>;
  /** Settles with the end of stdin; the reason if it ends early because of an error. Never rejects. */
  readonly fed: Promise<unknown>;
  readonly #kill: () => void;
  readonly #call: Call;
  readonly #pid: number | undefined;
  readonly #stallMs: number;
  readonly #pulse: (() => unknown) | undefined;
  #stopping = false;
  #stalled: MvsError | undefined;

  private constructor(call: Call, { signal, stallMs = usualStallMs, feed }: StartOptions) {
    this.#call = call;
    this.#stallMs = stallMs;
    this.#pulse = feed?.pulse;
    this.log = new Diagnostics(addressOf(call.route.input), feed?.chosen);
    const env = { ...toolEnvironment, ...call.route.env };
    const child = startChild(call.binary.path, call.args, env, feed ? 'pipe' : 'ignore');
    this.fed = feed && child.stdin ? fed(feed.bytes, child.stdin) : Promise.resolve(undefined);
    this.#pid = child.pid;
    this.stdout = child.stdout;
    // Without a listener, Node throws away what is not read by the time the process has ended.
    this.stdout.on('readable', () => undefined);
    this.#kill = child.kill;
    const listening = listen(child.stderr, this.log);
    const onAbort = () => void this.stop();
    signal?.addEventListener('abort', onAbort, { once: true });
    this.ended = Promise.all([child.ended, listening]).then(async ([exit]) => {
      await call.route[Symbol.asyncDispose]();
      this.log.chosen.end();
      signal?.removeEventListener('abort', onAbort);
      return exit;
    });
    if (signal?.aborted) onAbort();
  }

  /** @throws MvsError EXTRACTOR_FAILED if the tool is missing; the signal's reason when it is aborted. */
  static async start(
    tool: Call['tool'],
    file: ExtractInput,
    args: (input: ExtractInput, binary: Binary) => readonly string[],
    options: StartOptions,
  ): Promise<ToolProcess> {
    const binary = await findBinary(tool);
    const route = await routeTo(file, binary, options.signal);
    try {
      options.signal?.throwIfAborted();
      const call = { tool, file, binary, args: args(route.input, binary), route };
      return new ToolProcess(call, options);
    } catch (error) {
      await route[Symbol.asyncDispose]();
      throw error;
    }
  }

  /**
   * The bytes of stdout. A layer of its own because only here a stalled process differs from one whose output is not pulled.
   * @throws MvsError EXTRACTOR_FAILED if the process stalls while the reader waits
   */
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

  /** `7.0`, for messages. */
  get release(): string {
    return this.#call.binary.release;
  }

  /** The number of the picture that was read last. @throws MvsError EXTRACTOR_FAILED if ffmpeg does not print it. */
  frameAt(milliseconds: number): Promise<number> {
    return this.#unlessStalled(this.log.chosen.next(milliseconds));
  }

  /** Ends the process if it still runs, and waits for its end. */
  async stop(): Promise<void> {
    this.#stopping = true;
    // Closing stdout frees one that waits on a full pipe.
    this.stdout.destroy();
    this.#kill();
    await atMost(leaveAfter, this.ended);
  }

  /** Why the process did not end by itself; undefined if the file is the reason, or `stop`. */
  async failure(): Promise<MvsError | undefined> {
    const exit = await this.#unlessStalled(this.ended).catch(() => undefined);
    if (this.#stalled || !exit || this.#stopping) return this.#stalled;
    const { tool, file } = this.#call;
    const stopped = exit.exitCode === exitCodeOfSignal ? this.log.stoppedBySignal : undefined;
    const killed = exit.signal ?? stopped;
    if (killed !== undefined) {
      const message = `${tool} was ended from outside or crashed (signal ${killed}) while it read ${quoted(file.input)}`;
      return new MvsError('EXTRACTOR_FAILED', message, {
        retriable: true,
        ...(killed === 'SIGSEGV' && isNetwork(file) ? { hint: crashHint } : {}),
      });
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
    const pulse = async (): Promise<string> =>
      JSON.stringify([await cpuTime(this.#pid ?? 0), this.#pulse?.()]);
    return unlessStalled(work, this.#stallMs, onStall, pulse);
  }
}

/** Never rejects: if stderr breaks off, there is nothing more to read. */
async function listen(stderr: Readable, log: Diagnostics): Promise<void> {
  try {
    for await (const line of linesOf(stderr as AsyncIterable<Uint8Array>)) log.line(line);
  } catch {
    stderr.resume();
  }
}
