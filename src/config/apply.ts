import type { Interfaces } from '@oclif/core';
import { keepSecretOf } from '../core/redact.js';
import { findConfigFiles, type ConfigFile } from './files.js';
import { chosenProfile } from './profile.js';
import { withPreset } from './presets.js';
import { profileOf, settingsOf, type Known, type Setting } from './settings.js';

/** What the files of this working folder and this user say. */
export interface Configuration {
  readonly files: readonly ConfigFile[];
  readonly profile: string | undefined;
  readonly known: Known;
}

type Flags = Readonly<Record<string, { readonly env?: string | undefined }>>;
export type OclifConfig = Pick<Interfaces.Config, 'configDir' | 'commands'>;

/** @param asked the profile of this call, where one was named */
export async function configurationOf(
  { configDir, commands }: OclifConfig,
  asked: string | undefined,
): Promise<Configuration> {
  const files = await findConfigFiles(process.cwd(), configDir);
  const profile = profileOf(files, asked, await chosenProfile(configDir));
  const known = new Map(commands.map(({ id, flags }) => [id, new Set(settable(flags))]));
  return { files, profile, known };
}

/** Names of the flags that have a variable: what the files can say. */
function settable(flags: Flags): string[] {
  return Object.entries(flags).flatMap(([name, { env }]) => (env === undefined ? [] : [name]));
}

/**
 * Puts what the files say for a command where its flags look next, in their variables, unless these are set: it is parsed and
 * checked like any other value.
 * @returns what was taken from files, by flag
 */
export function applySettings(
  { files, profile, known }: Configuration,
  command: string,
  flags: Flags,
  argv: readonly string[],
): Map<string, Setting> {
  const said = settingsOf(files, profile, command, known);
  const settings = withPreset(said, namedIn(argv, 'preset'));
  const taken = new Map<string, Setting>();
  for (const [name, { env }] of Object.entries(flags)) {
    const setting = settings.get(name);
    if (env === undefined || setting === undefined || process.env[env] !== undefined) continue;
    keepSecretOf(setting.text);
    process.env[env] = setting.text;
    taken.set(name, setting);
  }
  return taken;
}

/** What a command line says for a flag that has to be known before it is parsed. */
export function namedIn(argv: readonly string[], flag: string): string | undefined {
  const at = argv.findLastIndex((argument) => argument === `--${flag}` || argument.startsWith(`--${flag}=`));
  return at === -1 ? undefined : (argv[at]?.split('=', 2)[1] ?? argv[at + 1]);
}
