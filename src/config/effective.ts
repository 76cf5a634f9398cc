import type { Command } from '@oclif/core';
import { MvsError } from '../core/base/errors.js';
import { didYouMean, nearest } from '../core/base/nearest.js';
import { keepSecretOf, redact } from '../core/base/redact.js';
import type { Configuration } from './apply.js';
import { effectiveSettings } from './precedence.js';
import { withPreset } from './presets.js';
import { settingsOf, type Setting } from './settings.js';

/** A setting with its effective value. */
export interface EffectiveSetting {
  readonly name: string;
  readonly variable: string;
  /** Null if nothing is set and there is no fixed default. */
  readonly value: string | null;
  /** `default`, a variable, or a file with its profile. */
  readonly from: string;
}

/**
 * All settings of one command or of all, with secrets masked.
 * @throws MvsError USAGE if there is no such command, CONFIG if a file is invalid
 */
export function effective(
  { files, profile, known }: Configuration,
  commands: readonly Pick<Command.Loadable, 'id' | 'flags'>[],
  command: string | undefined,
): EffectiveSetting[] {
  const chosen = command === undefined ? commands : commands.filter(({ id }) => id === command);
  if (chosen.length === 0) throw noCommand(command ?? '', [...known.keys()]);
  const flags = Object.fromEntries(chosen.flatMap((one) => Object.entries(one.flags)));
  const said = withPreset(settingsOf(files, profile, command, known), undefined);
  const settings = effectiveSettings(said, flags, new Map());
  return Object.entries(flags)
    .flatMap(([name, flag]) =>
      flag.env === undefined || name === 'profile'
        ? []
        : [effectiveOne(name, flag.env, defaultOf(flag), settings.get(name))],
    )
    .sort((a, b) => a.name.localeCompare(b.name));
}

function effectiveOne(
  name: string,
  env: string,
  usual: string | null,
  setting: Setting | undefined,
): EffectiveSetting {
  if (setting !== undefined) keepSecretOf(setting.text);
  const value = setting?.text ?? usual;
  return {
    name,
    variable: env,
    value: value === null ? null : redact(value),
    from: setting?.from ?? 'default',
  };
}

/** The manifest has no defaults for booleans. Those that can be switched off are on by default. */
function defaultOf(flag: Command.Flag.Cached): string | null {
  if (flag.type === 'boolean') return String(flag.allowNo);
  const { default: usual } = flag as { readonly default?: unknown };
  return typeof usual === 'string' || typeof usual === 'number' ? String(usual) : null;
}

function noCommand(command: string, commands: readonly string[]): MvsError {
  return new MvsError('USAGE', `there is no command ${JSON.stringify(command)}`, {
    hint: `${didYouMean(nearest(command, commands))}"mvs --help" lists the commands.`,
  });
}
