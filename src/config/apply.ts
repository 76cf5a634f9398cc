import type { Interfaces } from '@oclif/core';
import { keepSecretOf } from '../core/base/redact.js';
import { effectiveSettings } from './precedence.js';
import { findConfigFiles, type ConfigFile } from './files.js';
import { chosenProfile } from './profile.js';
import { withPreset } from './presets.js';
import { profileOf, settingsOf, type Given, type Known } from './settings.js';
import type { FlagForms } from './typed.js';
import { variable } from '../core/base/variable.js';

/** The settings in the files of this working folder and this user. */
export interface Configuration {
  readonly files: readonly ConfigFile[];
  readonly profile: string | undefined;
  readonly known: Known;
}

export type OclifConfig = Pick<Interfaces.Config, 'configDir' | 'commands'>;

/** @param asked the profile of this call, if one was named */
export async function configurationOf(
  { configDir, commands }: OclifConfig,
  asked: string | undefined,
): Promise<Configuration> {
  const files = await findConfigFiles(process.cwd(), configDir);
  const profile = profileOf(files, asked, await chosenProfile(configDir));
  const known = new Map(commands.map(({ id, flags }) => [id, new Set(settable(flags))]));
  return { files, profile, known };
}

/** The names of the flags that have a variable, which files can set. */
function settable(flags: FlagForms): string[] {
  return Object.entries(flags).flatMap(([name, { env }]) => (env === undefined ? [] : [name]));
}

/**
 * Puts the settings of files into the variables of flags, unless these are set. They are then parsed and checked like any other
 * value.
 *
 * @param typed the flags of the command line, with their values
 * @returns the values of the flags that are not on the command line
 */
export function applySettings(
  { files, profile, known }: Configuration,
  command: string,
  flags: FlagForms,
  typed: ReadonlyMap<string, string>,
): Map<string, Given> {
  const settings = withPreset(settingsOf(files, profile, command, known), typed.get('preset'));
  const effective = effectiveSettings(settings, flags, typed);
  const given = new Map<string, Given>();
  for (const [name, { env }] of Object.entries(flags)) {
    if (env === undefined || typed.has(name)) continue;
    const setting = effective.get(name);
    if (setting !== undefined) {
      keepSecretOf(setting.text);
      process.env[env] = setting.text;
      given.set(name, setting);
    } else if (variable(env) !== undefined) process.env[env] = '';
  }
  return given;
}
