import { BaseCommand } from '../cli/base-command.js';
import { isWell } from '../core/base/check.js';
import { diagnose, type Diagnosis } from '../core/operate/doctor/index.js';
import { describeStream } from '../core/stream/address.js';
import {
  classifierFlags,
  securityFlags,
  servingFlags,
  stackFlags,
  storeFlags,
  topicFlags,
} from '../flags/index.js';
import { brokersInUse } from '../open/admin.js';
import { lookAtModel } from '../open/model.js';
import { renderChecks } from '../ui/checks.js';
import { withProgress } from '../ui/progress.js';
import { checkTerminal } from '../ui/terminal.js';
import { page } from '../ui/timeline.js';

export default class Doctor extends BaseCommand<Diagnosis> {
  static override summary =
    'Check this machine: programs, engines, ports, room; and say how to mend what is broken.';
  static override description =
    'Exits with 1 if something that is needed is broken; what can be done without is a warning. Starts and downloads nothing.';
  static override examples = ['<%= config.bin %> doctor', '<%= config.bin %> doctor --json'];
  static override flags = {
    home: stackFlags.home,
    cache: stackFlags.cache,
    'kafka-port': stackFlags['kafka-port'],
    'mongo-port': stackFlags['mongo-port'],
    brokers: topicFlags.brokers,
    stream: topicFlags.stream,
    ...securityFlags,
    ...storeFlags,
    model: classifierFlags.model,
    ...servingFlags,
  };

  async run(): Promise<Diagnosis> {
    const { flags } = await this.parse(Doctor);
    const brokers = flags.stream ? [describeStream(flags.stream)] : flags.brokers;
    const show = this.progressStyle(flags) === 'lines';
    const log = this.createLog(flags);
    const found = await withProgress('examining this machine', show, () =>
      diagnose({
        ...flags,
        brokers,
        kafkaPort: flags['kafka-port'],
        mongoPort: flags['mongo-port'],
        brokersInUse: brokersInUse(flags, log),
        loadModel: () => lookAtModel(flags, log),
      }),
    );
    const checks = [...found.checks, checkTerminal()];
    this.print(renderChecks(checks, page()));
    if (!isWell(checks)) process.exitCode = 1;
    return { healthy: isWell(checks), checks };
  }
}
