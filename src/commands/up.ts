import { BaseCommand } from '../cli/base-command.js';
import { redact } from '../core/base/redact.js';
import type { RunningStack } from '../core/stack/types.js';
import { securityFlags, stackFlags, storeFlags, topicFlags } from '../flags/index.js';
import { warnOfIgnored } from '../open/ignored-flags.js';
import { startStack } from '../open/stack.js';
import { withProgress } from '../ui/progress.js';
import { renderServers } from '../ui/servers.js';
import { page } from '../ui/timeline.js';

export default class Up extends BaseCommand<RunningStack> {
  static override summary = 'Start a local Kafka and MongoDB, or find the ones that are running.';
  static override description =
    'Uses the servers of --brokers and --store if they are given, else Docker if it is running, else Java 17 with Maven. The data is kept in the folder of --home.';
  static override examples = ['<%= config.bin %> up', '<%= config.bin %> up --kafka-port 19092'];
  static override flags = { ...stackFlags, brokers: topicFlags.brokers, ...securityFlags, ...storeFlags };

  async run(): Promise<RunningStack> {
    const parsed = await this.parse(Up);
    const { flags } = parsed;
    const context = { signal: this.interrupt, log: this.createLog(flags) };
    const show = this.progressStyle(flags) === 'lines';
    const stack = await withProgress('looking for servers', show, (progress) =>
      startStack(flags, { ...context, onStep: progress.update }),
    );
    warnOfIgnored(parsed, stack, context.log);
    this.print(renderServers(stack.servers, page().columns));
    const shown = { ...stack, store: redact(stack.store) };
    this.print(`\nexport MVS_BROKERS=${shown.brokers.join(',')}`);
    if (shown.store === stack.store) this.print(`export MVS_STORE=${stack.store}`);
    return shown;
  }
}
