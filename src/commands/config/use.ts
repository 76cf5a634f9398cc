import { Args, Flags } from '@oclif/core';
import { ConfigCommand } from '../../cli/config-command.js';
import { chooseProfile } from '../../config/profile.js';
import { mustExist } from '../../config/settings.js';
import { MvsError } from '../../core/base/errors.js';
import { variable } from '../../core/base/variable.js';

interface Result {
  profile: string | null;
}

export default class ConfigUse extends ConfigCommand<Result> {
  static override summary = 'Choose the profile that all commands use from now on.';
  static override examples = [
    '<%= config.bin %> config:use production',
    '<%= config.bin %> config:use --none',
  ];
  static override args = {
    profile: Args.string({ ignoreStdin: true, description: 'name of a profile in an mvs.config file' }),
  };
  static override flags = { none: Flags.boolean({ description: 'use no profile', default: false }) };

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(ConfigUse);
    const { profile } = args;
    if ((profile === undefined) !== flags.none) {
      throw new MvsError('USAGE', 'give either a profile or --none', {
        hint: '"mvs config:list" lists them.',
      });
    }
    const { files } = await this.configuration();
    if (profile !== undefined) mustExist(profile, files);
    await chooseProfile(this.config.configDir, profile);
    this.print(inUse(profile, (await this.configuration()).profile));
    return { profile: profile ?? null };
  }
}

/** A variable, or the default profile of a file, may apply instead of the choice. */
function inUse(chosen: string | undefined, used: string | undefined): string {
  const choice = chosen === undefined ? 'no profile' : `profile ${chosen}`;
  if (used === chosen) return `${choice} in use`;
  const from = variable('MVS_PROFILE') === undefined ? 'the default of a file' : 'MVS_PROFILE';
  return `${choice} chosen; profile ${used ?? ''} in use, from ${from}`;
}
