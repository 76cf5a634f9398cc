import { ConfigCommand } from '../../cli/config-command.js';
import { renderProfiles } from '../../ui/settings.js';

interface Result {
  current: string | null;
  profiles: { name: string; file: string }[];
}

export default class ConfigList extends ConfigCommand<Result> {
  static override summary = 'List the profiles and mark the one in use.';
  static override examples = ['<%= config.bin %> config:list'];

  async run(): Promise<Result> {
    await this.parse(ConfigList);
    const { files, profile = null } = await this.configuration();
    const profiles = files.flatMap((file) =>
      Object.keys(file.profiles).map((name) => ({ name, file: file.path })),
    );
    const result = { current: profile, profiles };
    this.print(renderProfiles(result));
    return result;
  }
}
