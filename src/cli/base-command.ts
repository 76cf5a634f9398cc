import { Command, Errors } from '@oclif/core';
import { applySettings, configurationOf, type Configuration } from '../config/apply.js';
import type { Given } from '../config/settings.js';
import { normaliseSwitches } from '../config/switches.js';
import { typedIn, type FlagForms } from '../config/typed.js';
import { variable } from '../core/base/variable.js';
import { firstErrorOf, messageOf, MvsError, reportOf, type ErrorReport } from '../core/base/errors.js';
import { levelOf, outputFlags, type OutputFlags } from '../flags/output.js';
import type { ProgressStyle } from '../ui/live/live.js';
import { stderrLog, type OperatorLog } from '../ui/log.js';
import { onLogClosed } from '../ui/output.js';
import { writeLine } from '../ui/stderr.js';
import { canRedraw } from '../ui/terminal.js';
import { usageError } from './usage-error.js';

/** For programs: an answer of no is an alert, because nothing was done. */
const declinedExitCode = 1;

/** Parses and runs a command, and converts an error into one line, a hint and an exit code. `T` is the shape of `--json`. */
export abstract class BaseCommand<T> extends Command {
  static override enableJsonFlag = true;
  static override baseFlags = outputFlags;

  #interrupt: AbortController | undefined;
  #ignoreLogClosed = (): void => undefined;
  /** Used until the flags are parsed, because parsing may fail. */
  #errorLog = stderrLog('error', asksForJsonLogs(this.argv) ? 'json' : 'text');

  /** The values of flags that are not on the command line. */
  #given: ReadonlyMap<string, Given> = new Map();

  abstract override run(): Promise<T>;

  protected override async init(): Promise<void> {
    await super.init();
    // Before flags are parsed, settings from files are put into the variables that oclif reads.
    const flags = this.#flags;
    this.#given = applySettings(await this.settings(), this.id ?? '', flags, typedIn(this.argv, flags));
    normaliseSwitches(flags, this.#given);
  }

  get #flags(): FlagForms {
    return { ...this.ctor.baseFlags, ...this.ctor.flags };
  }

  /** The settings of this command. @throws MvsError CONFIG */
  protected settings(): Promise<Configuration> {
    return this.configuration();
  }

  /** The configuration files for this folder and user. @throws MvsError CONFIG */
  protected configuration(): Promise<Configuration> {
    const typed = typedIn(this.argv, this.#flags).get('profile');
    return configurationOf(this.config, typed ?? variable('MVS_PROFILE'));
  }

  protected createLog(flags: OutputFlags): OperatorLog {
    return (this.#errorLog = stderrLog(levelOf(flags), flags['log-format']));
  }

  /** How progress is shown, if at all. Nothing is drawn if the output is for programs. */
  protected progressStyle(flags: OutputFlags): ProgressStyle {
    if (!flags.progress || flags.quiet) return 'nothing';
    const forPeople = canRedraw(process.stderr) && !this.jsonEnabled() && flags['log-format'] === 'text';
    return forPeople ? 'lines' : 'log';
  }

  /** Results for people; silent under `--json`. */
  protected print(text: string): void {
    this.log(text);
  }

  /**
   * Aborts on the first SIGINT or SIGTERM, and when the reader of stderr closes it, as in `2>&1 | head`. For work that can end
   * in an orderly way. A second signal ends the process at once.
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
      // process.exit would end a worker during inference, which aborts with a native error.
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
      return;
    }
    this.#interrupt.abort(new MvsError('INTERRUPTED', `stopped by ${signal}`));
    const text = 'finishing in-flight work; press Ctrl-C again to quit immediately';
    if (process.stderr.isTTY) writeLine(text);
    else this.#errorLog.info(text);
  };

  /** For work with an end. If it was interrupted, it did not reach the end, however orderly it stopped. */
  protected markIfInterrupted(): void {
    if (this.#interrupt?.signal.aborted) process.exitCode = 130;
  }

  /** Reports inputs that failed while others continued. The first one determines the exit code. */
  protected reportFailures(failures: readonly { readonly error: MvsError }[]): void {
    const [first] = failures;
    if (!first) return;
    // An interrupt ends all inputs at once and is reported once.
    const reported = new Map(
      failures.map(({ error }) => [error.code === 'INTERRUPTED' ? error.code : error, error]),
    );
    if (!this.jsonEnabled()) for (const error of reported.values()) this.#errorLog.error(error);
    process.exitCode = first.error.exitCode;
  }

  /** A damaged video is published as far as it can be read. The exit code reports the damage unless there is a worse error. */
  protected markIfDamaged(videos: readonly { readonly damaged: boolean }[]): void {
    if (videos.some(({ damaged }) => damaged)) process.exitCode ??= 65;
  }

  protected override catch(error: Error): Promise<never> {
    if (error instanceof Errors.ExitError) throw error;
    const described = this.#describe(error);
    if (this.jsonEnabled()) this.logJson(this.toErrorJson(described));
    else if (described.code === 'DECLINED') writeLine(described.message);
    else this.#errorLog.error(described);
    if (described.code === 'BUG')
      process.stderr.write('  This is a bug in mvs. Run again with DEBUG=1 to see the stack trace.\n');
    if (process.env.DEBUG) console.error(error);
    // A program expects the fields of a result where the exit code is 0.
    const isError = this.jsonEnabled() && described.code === 'DECLINED';
    return this.exit(isError ? declinedExitCode : described.exitCode);
  }

  protected override toErrorJson(error: unknown): { error: ErrorReport } {
    return { error: reportOf(this.#describe(error)) };
  }

  /** An error of oclif means wrong usage. Any other error except MvsError is a bug. */
  #describe(thrown: unknown): MvsError {
    const error = firstErrorOf(thrown);
    const expected = error instanceof MvsError || error instanceof Errors.CLIError;
    if (!expected) return new MvsError('BUG', messageOf(error));
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
