import type { Given } from '../config/settings.js';
import { MvsError } from '../core/base/errors.js';
import { didYouMean, nearest } from '../core/base/nearest.js';

interface Asked {
  /** Such as `topic:create`; undefined if no command was found. */
  readonly command: string | undefined;
  readonly flags: readonly string[];
  /** The values of flags that are not on the command line, to name the source of a wrong value. */
  readonly given: ReadonlyMap<string, Given>;
}

/**
 * Converts a usage error of oclif, or an MvsError of a flag's parser, into one line with a hint. Other errors are not changed.
 */
export function usageError(error: Error, { command, flags, given }: Asked): MvsError {
  // oclif adds lines around the message of a flag's parser.
  const text = error.message.replace(/\s*See more help with --help\s*$/, '');
  const [, flag, said] = /^Parsing --(\S+)\s+([^]*)$/.exec(text) ?? [];
  if (flag !== undefined && said !== undefined) {
    const { code = 'USAGE', hint } = error instanceof MvsError ? error : {};
    return new MvsError(code, `--${flag}: ${inOneLine(said)}`, {
      hint: [...placeOf(flag, given), hint ?? helpFor(command)].join(' '),
    });
  }
  if (error instanceof MvsError) return error;
  if (lacksArguments(error)) return argumentsMissing(error.args, command);
  const message = inOneLine(text)
    .replace(/^The following errors? occurred: /, '')
    .replaceAll(/Missing required flag (\S+)/g, 'Missing required flag --$1');
  const named = [...given.keys()].find((name) => new RegExp(`--${name}(?![\\w-])`).test(message));
  const unknown = /^Nonexistent flag: (--\S+)/.exec(message)?.[1];
  const near =
    unknown === undefined
      ? []
      : nearest(
          unknown,
          flags.map((name) => `--${name}`),
        );
  const place = named === undefined ? [] : placeOf(named, given);
  return new MvsError('USAGE', message, {
    hint: [...place, `${didYouMean(near)}${helpFor(command)}`].join(' '),
  });
}

/** `/srv/mvs.config.yaml sets batch to many.` */
function placeOf(flag: string, given: ReadonlyMap<string, Given>): string[] {
  const value = given.get(flag);
  return value ? [`${value.from} sets ${flag} to ${value.text}.`] : [];
}

interface ArgumentsMissing {
  readonly args: readonly { readonly name: string; readonly description?: string }[];
}

/** oclif does not export the class of this error. */
function lacksArguments(error: Error): error is Error & ArgumentsMissing {
  return /^Missing \d+ required arg/.test(error.message) && 'args' in error;
}

/** oclif adds a note about flags with several values, which is wrong here: none of them takes the arguments that follow. */
function argumentsMissing(args: ArgumentsMissing['args'], command: string | undefined): MvsError {
  const named = args.map(({ name }) => name.toUpperCase());
  const noun = named.length === 1 ? 'argument' : 'arguments';
  const described = args.map(({ name, description = '' }) => `${name.toUpperCase()}: ${description}.`);
  return new MvsError('USAGE', `Missing required ${noun}: ${named.join(', ')}`, {
    hint: [...described, helpFor(command)].join(' '),
  });
}

function helpFor(command: string | undefined): string {
  return `"mvs ${command === undefined ? '' : `${command} `}--help" lists arguments and flags.`;
}

function inOneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' ');
}
