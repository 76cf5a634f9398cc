import { BaseCommand } from '../cli/base-command.js';
import { consume, noTotals } from '../core/consume/consume.js';
import { consumeUntilDrained } from '../core/consume/drain.js';
import { isInterruption } from '../core/base/errors.js';
import { expiredAlarm } from '../core/consume/expired.js';
import { consumeFlags, consumeOptions } from '../flags/consuming.js';
import { openMetrics } from '../metrics/index.js';
import { unopened, withConsumer } from '../open/consumer.js';
import { consumeReport, countStored, renderConsumed, type ConsumeReport } from '../ui/consumed.js';
import { followed } from '../ui/live/follow.js';
import { Tally } from '../ui/live/tally.js';

export default class Consume extends BaseCommand<ConsumeReport> {
  static override summary = 'Classify the frames of a topic and store one record per frame.';
  static override description =
    'Runs until it is stopped (Ctrl-C, SIGTERM). Before it ends, it stores the in-flight frames and commits their offsets.';
  static override examples = [
    '<%= config.bin %> consume --threads 3 --batch 32',
    '<%= config.bin %> consume --until-drained --json',
  ];
  static override flags = consumeFlags;

  async run(): Promise<ConsumeReport> {
    const { flags } = await this.parse(Consume);
    const [signal, log, tally] = [this.interrupt, this.createLog(flags), new Tally('stored')];
    await using metrics = await openMetrics(flags.metrics, { command: this, signal, log });
    const report = await withConsumer(flags, { log, signal }, async ({ ports, ...opened }) => {
      const consuming = { ...consumeOptions(flags, { ...opened, signal }), ...countStored(tally) };
      const options = metrics.consuming(ports, consuming);
      const work = flags['until-drained'] ? consumeUntilDrained : consume;
      const totals = await followed(tally, ports.store, this.progressStyle(flags), log, () =>
        work(ports, options),
      );
      return consumeReport(flags, opened.used, totals);
    }).catch((error: unknown) => {
      // Stopping a consumer that has not begun is no more a failure than stopping it later.
      if (flags['until-drained'] || !isInterruption(error)) throw error;
      return consumeReport(flags, unopened(flags), noTotals);
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
