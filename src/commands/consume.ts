import { BaseCommand } from '../cli/base-command.js';
import { consume, noTotals } from '../core/consume/consume.js';
import { consumeUntilDrained } from '../core/consume/drain.js';
import { isInterruption } from '../core/base/errors.js';
import { expiredAlarm } from '../core/consume/expired.js';
import { consumeFlags, streamOf } from '../flags/index.js';
import { openMetrics } from '../metrics/index.js';
import { withConsumerPorts } from '../open/open.js';
import { consumeOptions, consumeReport, renderConsumed, type ConsumeReport } from '../ui/consumed.js';
import { followed } from '../ui/live/follow.js';
import { Tally } from '../ui/live/tally.js';

export default class Consume extends BaseCommand<ConsumeReport> {
  static override summary = 'Classify the frames of a topic and store one record for each.';
  static override description =
    'Runs until it is stopped (Ctrl-C, SIGTERM): frames in work are stored and their offsets committed before it ends.';
  static override examples = [
    '<%= config.bin %> consume --threads 3 --batch 32',
    '<%= config.bin %> consume --until-drained --json',
  ];
  static override flags = consumeFlags;

  async run(): Promise<ConsumeReport> {
    const { flags } = await this.parse(Consume);
    const [signal, log, tally] = [this.interrupt, this.createLog(flags), new Tally('stored')];
    await using metrics = await openMetrics(flags.metrics, { command: this, signal, log });
    const report = await withConsumerPorts(flags, { log, signal }, async (ports, model, threads) => {
      const options = metrics.consuming(ports, consumeOptions({ ...flags, threads }, model, signal, tally));
      const work = flags['until-drained'] ? consumeUntilDrained : consume;
      const totals = await followed(tally, ports.store, this.progressStyle(flags), log, () =>
        work(ports, options),
      );
      return consumeReport(flags, ports, totals);
    }).catch((error: unknown) => {
      // As in every other state, it is no failure that a consumer ends when it is told to.
      if (flags['until-drained'] || !isInterruption(error)) throw error;
      return consumeReport(flags, { stream: streamOf(flags), classifier: flags }, noTotals);
    });
    this.print(renderConsumed(report));
    if (flags['until-drained']) {
      this.markIfInterrupted();
      const alarm = expiredAlarm(flags.group, report.expired);
      if (alarm && !signal.aborted) this.reportFailures([{ error: alarm }]);
    }
    return report;
  }
}
