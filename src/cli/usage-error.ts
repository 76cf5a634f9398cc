import type { Given } from '../config/settings.js';
import { MvsError } from '../core/base/errors.js';
import { didYouMean, nearest } from '../core/base/nearest.js';

interface Asked {
  /** `topic:create`; undefined where no command was found. */
  readonly command: string | undefined;
  readonly flags: readonly string[];
  /** What was given for flags that nobody typed: a wrong value is looked for where it stands. */
  readonly given: ReadonlyMap<string, Given>;
}

/**
 * What is wrong with a command line, in one line, and what to do next: of oclif, or of the parser of a flag, which is an MvsError.
 * Other errors of ours stay as they are.
 */
export function usageError(error: Error, { command, flags, given }: Asked): MvsError {
  // oclif puts lines of its own around what the parser of a flag says.
  const text = error.message.replace(/\s*See more help with --help\s*$/, '');
  const [, flag, said] = /^Parsing --(\S+)\s+([^]*)$/.exec(text) ?? [];
  if (flag !== undefined && said !== undefined) {
    const { code = 'USAGE', hint } = error instanceof MvsError ? error : {};
    return new MvsError(code, `--${flag}: ${inOneLine(said)}`, {
      hint: [...placeOf(flag, given), hint ?? helpFor(command)].join(' '),
    });
  }
  if (error instanceof MvsError) return error;
  const message = inOneLine(text);
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

function helpFor(command: string | undefined): string {
  return `"mvs ${command === undefined ? '' : `${command} `}--help" lists what there is.`;
}

function inOneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' ');
}
