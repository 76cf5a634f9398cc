import { Flags } from '@oclif/core';
import { BaseCommand } from '../base-command.js';
import { standingOf } from '../core/answers.js';
import { consume } from '../core/consume.js';
import { consumeDuring, untilDrained } from '../core/drain.js';
import {
  batchFlags,
  classifierFlags,
  groupFlags,
  metricsFlags,
  stallFlags,
  storeFlags,
  topicFlags,
} from '../flags/index.js';
import { openMetrics } from '../metrics/index.js';
import { withConsumerPorts } from '../open.js';
import { consumeOptions, consumeReport, renderConsumed, type ConsumeReport } from '../ui/consumed.js';
import { follow } from '../ui/live/follow.js';
import { withLive } from '../ui/live/live.js';
import { Tally } from '../ui/live/tally.js';

export default class Consume extends BaseCommand<ConsumeReport> {
  static override summary = 'Classify the frames of a topic and store one record for each.';
  static override description =
    'Runs until it is stopped (Ctrl-C, SIGTERM): frames in work are stored and their offsets committed before it ends.';
  static override examples = [
    '<%= config.bin %> consume --threads 3 --batch 32',
    '<%= config.bin %> consume --until-drained --json',
  ];
  static override flags = {
    ...batchFlags,
    'until-drained': Flags.boolean({
      env: 'MVS_UNTIL_DRAINED',
      description: 'end when all that is in the topic now is stored',
    }),
    ...stallFlags,
    ...classifierFlags,
    ...topicFlags,
    ...groupFlags,
    ...storeFlags,
    ...metricsFlags,
  };

  async run(): Promise<ConsumeReport> {
    const { flags } = await this.parse(Consume);
    const { group } = flags;
    const [signal, log, tally] = [this.interrupt, this.createLog(flags), new Tally('stored')];
    await using metrics = await openMetrics(flags.metrics, { command: this, signal, log });
    const report = await withConsumerPorts(flags, { log, signal }, (ports, model) =>
      withLive(tally, this.progressStyle(flags), log, async () => {
        const options = metrics.consuming(ports, consumeOptions(flags, model, signal, tally));
        using _ = follow(tally, (video) => standingOf(ports.store, video));
        if (!flags['until-drained']) return consumeReport(flags, ports, await consume(ports, options));
        const tail = await ports.stream.tail();
        const totals = await consumeDuring(ports, options, (ended) => untilDrained(tail, group, ended));
        return consumeReport(flags, ports, totals);
      }),
    );
    this.print(renderConsumed(report));
    if (flags['until-drained']) this.markIfInterrupted();
    return report;
  }
}
