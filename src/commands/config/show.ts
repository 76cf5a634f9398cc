import { Args } from '@oclif/core';
import { ConfigCommand } from '../../cli/config-command.js';
import { effective, type EffectiveSetting } from '../../config/effective.js';
import { renderSettings } from '../../ui/settings.js';

interface Result {
  files: string[];
  profile: string | null;
  settings: EffectiveSetting[];
}

export default class ConfigShow extends ConfigCommand<Result> {
  static override summary = 'Show every setting with its value and where the value comes from.';
  static override description =
    'A flag overrides its MVS_ variable, the variable overrides the profile, and the profile overrides the rest of its file. The mvs.config file nearest to the working folder overrides that of the user. Passwords are masked.';
  static override examples = ['<%= config.bin %> config:show', '<%= config.bin %> config:show consume'];
  static override args = {
    command: Args.string({
      ignoreStdin: true,
      description: 'show the settings of this command only, such as consume',
    }),
  };

  async run(): Promise<Result> {
    const { args } = await this.parse(ConfigShow);
    const configuration = await this.configuration();
    const { files, profile = null } = configuration;
    const settings = effective(configuration, this.config.commands, args.command);
    const result = { files: files.map(({ path }) => path), profile, settings };
    this.print(renderSettings(result));
    return result;
  }
}
