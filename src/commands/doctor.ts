import { BaseCommand } from '../cli/base-command.js';
import { isWell } from '../core/base/check.js';
import { diagnose, type Diagnosis } from '../core/operate/doctor/index.js';
import { describeStream } from '../core/stream/address.js';
import { classifierFlags, workFlags } from '../flags/classifying.js';
import {
  securityFlags,
  servingFlags,
  siteFlags,
  siteOptions,
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
    'Check this machine (programs, engines, ports, disk space), and show how to fix what is broken.';
  static override description =
    'Exits with 1 if something required is broken; problems with optional parts are warnings. Starts and downloads nothing.';
  static override examples = ['<%= config.bin %> doctor', '<%= config.bin %> doctor --json'];
  static override flags = {
    ...siteFlags,
    brokers: topicFlags.brokers,
    stream: topicFlags.stream,
    ...securityFlags,
    ...storeFlags,
    model: classifierFlags.model,
    device: workFlags.device,
    ...servingFlags,
  };

  async run(): Promise<Diagnosis> {
    const { flags } = await this.parse(Doctor);
    const brokers = flags.stream ? [describeStream(flags.stream)] : flags.brokers;
    const show = this.progressStyle(flags) === 'lines';
    const log = this.createLog(flags);
    const found = await withProgress('examining this machine', show, () =>
      diagnose({
        ...siteOptions(flags),
        brokers,
        store: flags.store,
        device: flags.device,
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
