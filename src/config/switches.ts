import { MvsError } from '../core/base/errors.js';
import type { Given } from './settings.js';
import type { FlagForms } from './typed.js';

const words = { true: ['1', 'true', 'yes', 'y', 'on'], false: ['0', 'false', 'no', 'n', 'off'] } as const;

/** The value of a switch in a variable or a file; undefined if it is neither yes nor no. */
export function readSwitch(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  if (words.true.some((yes) => yes === word)) return true;
  return words.false.some((no) => no === word) ? false : undefined;
}

/**
 * Puts `true` or `false` into the variables of switches. oclif treats every unknown word as no, so a connection that should be encrypted
 * would not be.
 *
 * @param given values that are not from the command line
 * @throws MvsError USAGE if a value is neither
 */
export function normaliseSwitches(flags: FlagForms, given: ReadonlyMap<string, Given>): void {
  for (const [name, { text, from }] of given) {
    const { type, env } = flags[name] ?? {};
    if (type !== 'boolean' || env === undefined) continue;
    const value = readSwitch(text);
    if (value === undefined) {
      throw new MvsError('USAGE', `--${name}: ${JSON.stringify(text)} is neither yes nor no`, {
        hint: `${from} sets ${name} to ${text}. Use true or false.`,
      });
    }
    process.env[env] = String(value);
  }
}
