import { Command, Errors } from '@oclif/core';
import { applySettings, configurationOf, type Configuration } from '../config/apply.js';
import type { Given } from '../config/settings.js';
import { normaliseSwitches } from '../config/switches.js';
import { typedIn, type FlagForms } from '../config/typed.js';
import { variable } from '../config/variable.js';
import { firstErrorOf, messageOf, MvsError, reportOf, type ErrorReport } from '../core/base/errors.js';
import { levelOf, outputFlags, type OutputFlags } from '../flags/output.js';
import type { ProgressStyle } from '../ui/live/live.js';
import { stderrLog, type OperatorLog } from '../ui/log.js';
import { onLogClosed } from '../ui/output.js';
import { writeLine } from '../ui/stderr.js';
import { usageError } from './usage-error.js';

/** Parses, runs, and turns what goes wrong into one line, a hint and an exit code. `T` is the shape of `--json`. */
export abstract class BaseCommand<T> extends Command {
  static override enableJsonFlag = true;
  static override baseFlags = outputFlags;

  #interrupt: AbortController | undefined;
  #ignoreLogClosed = (): void => undefined;
  /** Until the flags are read, which may be what fails. */
  #errorLog = stderrLog('error', asksForJsonLogs(this.argv) ? 'json' : 'text');

  /** What was given for the flags that nobody typed. */
  #given: ReadonlyMap<string, Given> = new Map();

  abstract override run(): Promise<T>;

  protected override async init(): Promise<void> {
    await super.init();
    // Before flags are parsed: files and variables go where oclif looks.
    const flags = this.#flags;
    this.#given = applySettings(await this.settings(), this.id ?? '', flags, typedIn(this.argv, flags));
    normaliseSwitches(flags, this.#given);
  }

  get #flags(): FlagForms {
    return { ...this.ctor.baseFlags, ...this.ctor.flags };
  }

  /** What counts for this command. @throws MvsError CONFIG */
  protected settings(): Promise<Configuration> {
    return this.configuration();
  }

  /** The configuration files that are found here. @throws MvsError CONFIG */
  protected configuration(): Promise<Configuration> {
    const typed = typedIn(this.argv, this.#flags).get('profile');
    return configurationOf(this.config, typed ?? variable('MVS_PROFILE'));
  }

  protected createLog(flags: OutputFlags): OperatorLog {
    return (this.#errorLog = stderrLog(levelOf(flags), flags['log-format']));
  }

  /** How the progress of work is shown, if at all: nothing is drawn where the output is for programs. */
  protected progressStyle(flags: OutputFlags): ProgressStyle {
    if (!flags.progress || flags.quiet) return 'nothing';
    const forPeople = process.stderr.isTTY && !this.jsonEnabled() && flags['log-format'] === 'text';
    return forPeople ? 'lines' : 'log';
  }

  /** Results for people; silent under `--json`. */
  protected print(text: string): void {
    this.log(text);
  }

  /**
   * Aborts on the first SIGINT or SIGTERM, and when the reader of stderr goes, as in `2>&1 | head`: for work that can end in good
   * order. A second signal ends at once.
   */
  protected get interrupt(): AbortSignal {
    if (!this.#interrupt) {
      const interrupt = (this.#interrupt = new AbortController());
      this.#ignoreLogClosed = onLogClosed(() => {
        interrupt.abort(new MvsError('INTERRUPTED', 'stderr was closed'));
      });
      process.on('SIGINT', this.#onSignal).on('SIGTERM', this.#onSignal);
    }
    return this.#interrupt.signal;
  }

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    if (!this.#interrupt || this.#interrupt.signal.aborted) {
      // Not process.exit: ending a worker in the middle of an inference aborts with a native error.
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
      return;
    }
    this.#interrupt.abort(new MvsError('INTERRUPTED', `stopped by ${signal}`));
    const text = 'finishing what is in work; once more to stop at once';
    if (process.stderr.isTTY) writeLine(text);
    else this.#errorLog.info(text);
  };

  /** For work that has an end: interrupted, it did not come to it, however well it was put down. */
  protected markIfInterrupted(): void {
    if (this.#interrupt?.signal.aborted) process.exitCode = 130;
  }

  /** Inputs that failed while others went on: each is told, the first decides the exit code. */
  protected reportFailures(failures: readonly { readonly error: MvsError }[]): void {
    const [first] = failures;
    if (!first) return;
    // An interrupt ends all inputs at once, and is one thing to tell.
    const told = new Map(
      failures.map(({ error }) => [error.code === 'INTERRUPTED' ? error.code : error, error]),
    );
    if (!this.jsonEnabled()) for (const error of told.values()) this.#errorLog.error(error);
    process.exitCode = first.error.exitCode;
  }

  /** What could be read of a damaged video is published, and still the exit code says so where nothing worse does. */
  protected markIfDamaged(videos: readonly { readonly damaged: boolean }[]): void {
    if (videos.some(({ damaged }) => damaged)) process.exitCode ??= 65;
  }

  protected override catch(error: Error): Promise<never> {
    if (error instanceof Errors.ExitError) throw error;
    const told = this.#describe(error);
    if (this.jsonEnabled()) this.logJson(this.toErrorJson(told));
    else this.#errorLog.error(told);
    if (told.code === 'BUG')
      process.stderr.write('  This is a bug of mvs; run again with DEBUG=1 for the stack trace.\n');
    if (process.env.DEBUG) console.error(error);
    return this.exit(told.exitCode);
  }

  protected override toErrorJson(error: unknown): { error: ErrorReport } {
    return { error: reportOf(this.#describe(error)) };
  }

  /** What oclif throws is a wrong use of the command line; anything else that is not ours is a bug. */
  #describe(thrown: unknown): MvsError {
    const error = firstErrorOf(thrown);
    const told = error instanceof MvsError || error instanceof Errors.CLIError;
    if (!told) return new MvsError('BUG', messageOf(error));
    return usageError(error, { command: this.id, flags: Object.keys(this.#flags), given: this.#given });
  }

  protected override async finally(error: Error | undefined): Promise<void> {
    process.off('SIGINT', this.#onSignal).off('SIGTERM', this.#onSignal);
    this.#ignoreLogClosed();
    await super.finally(error);
  }
}

function asksForJsonLogs(argv: readonly string[]): boolean {
  return /--log-format[= ]json/.test(argv.join(' ')) || process.env.MVS_LOG_FORMAT === 'json';
}
