import type { Setting } from './config/settings.js';
import { MvsError } from './core/errors.js';
import { didYouMean, nearest } from './core/nearest.js';

interface Asked {
  /** `topic:create`; undefined where no command was found. */
  readonly command: string | undefined;
  readonly flags: readonly string[];
  /** What was taken from files, by flag: a wrong value that nobody typed is looked for where it stands. */
  readonly fromFiles: ReadonlyMap<string, Setting>;
}

/** What oclif says of a wrong command line, in one line, and what to do next. */
export function usageError(text: string, { command, flags, fromFiles }: Asked): MvsError {
  const message = text.replace(/\s*See more help with --help\s*$/, '').replaceAll(/\s*\n\s*/g, ' ');
  const [name, setting] = [...fromFiles].find(([flag]) => message.includes(`--${flag}`)) ?? [];
  if (name !== undefined && setting) {
    return new MvsError('USAGE', message, { hint: `${setting.from} sets ${name} to ${setting.text}.` });
  }
  const unknown = /^Nonexistent flag: (--\S+)/.exec(message)?.[1];
  const near =
    unknown === undefined
      ? []
      : nearest(
          unknown,
          flags.map((flag) => `--${flag}`),
        );
  const help = `"mvs ${command === undefined ? '' : `${command} `}--help" lists what there is.`;
  return new MvsError('USAGE', message, { hint: `${didYouMean(near)}${help}` });
}

/** oclif puts lines of its own around what the parser of a flag says. */
export function withoutWrapping(error: MvsError): MvsError {
  const [, flag, message] =
    /^Parsing (--\S+)\s+([^]*?)\s*See more help with --help\s*$/.exec(error.message) ?? [];
  if (flag === undefined || message === undefined) return error;
  const { code, hint } = error;
  return new MvsError(code, `${flag}: ${message}`, hint === undefined ? {} : { hint });
}
