import { BaseCommand } from '../base-command.js';
import { status, type ServerStatus } from '../core/stack/index.js';
import { homeFlags, securityFlags, securityOf, storeFlags, topicFlags } from '../flags/index.js';
import { renderServers } from '../ui/servers.js';

interface Result {
  home: string;
  servers: ServerStatus[];
}

export default class Status extends BaseCommand<Result> {
  static override summary = 'Say which Kafka and MongoDB are in use, and where their data and logs are.';
  static override examples = ['<%= config.bin %> status'];
  static override flags = { ...homeFlags, brokers: topicFlags.brokers, ...securityFlags, ...storeFlags };

  async run(): Promise<Result> {
    const { flags } = await this.parse(Status);
    const servers = await status(flags.home, { ...flags, security: securityOf(flags) });
    this.print(renderServers(servers));
    return { home: flags.home, servers };
  }
}
