import { BaseCommand } from '../cli/base-command.js';

interface Result {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
}

export default class Version extends BaseCommand<Result> {
  static override summary = 'Show the version of mvs, like --version.';
  static override examples = ['<%= config.bin %> version', '<%= config.bin %> version --json'];

  async run(): Promise<Result> {
    await this.parse(Version);
    const { version, userAgent, platform, arch } = this.config;
    this.print(userAgent);
    return { version, node: process.versions.node, platform: `${platform}-${arch}` };
  }
}
