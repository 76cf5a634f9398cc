import { BaseCommand } from '../cli/base-command.js';
import { findSources } from '../core/source/find.js';
import { isOwnServer } from '../core/stack/index.js';
import { runPipeline } from '../core/run.js';
import { consumeOptions } from '../flags/consuming.js';
import { streamOf } from '../flags/index.js';
import { produceOptions, runFlags } from '../flags/producing.js';
import { findOptions, sourceArgs } from '../flags/sources.js';
import { openMetrics } from '../metrics/index.js';
import { withConsumer } from '../open/consumer.js';
import { warnOfIgnored } from '../open/ignored-flags.js';
import { startStack } from '../open/stack.js';
import { ensureTopic } from '../open/stream.js';
import { consumeReport, countStored } from '../ui/consumed.js';
import { followed } from '../ui/live/follow.js';
import { Tally } from '../ui/live/tally.js';
import { countBegun, nothingProduced, produceReport } from '../ui/produced.js';
import { withProgress } from '../ui/progress.js';
import { renderRun, type RunReport } from '../ui/ran.js';
import { page } from '../ui/timeline.js';

export default class Run extends BaseCommand<RunReport> {
  static override summary =
    'From video files to answers in one go: up, topic:create, produce, consume, query.';
  static override examples = [
    '<%= config.bin %> run videos/*.webm',
    '<%= config.bin %> run recordings --every 10',
  ];
  static override strict = false;
  static override args = sourceArgs;
  static override flags = runFlags;

  async run(): Promise<RunReport> {
    const parsed = await this.parse(Run);
    const { argv, flags } = parsed;
    const [signal, log, style] = [this.interrupt, this.createLog(flags), this.progressStyle(flags)];
    const context = { signal, log };
    const { topic } = streamOf(flags);
    await using metrics = await openMetrics(flags.metrics, { command: this, ...context });
    const producing = produceOptions(parsed, context);
    const { sources, problems } = await findSources(argv as string[], findOptions(flags, context));
    if (sources.length === 0) {
      this.reportFailures(problems);
      return { produced: produceReport(topic, nothingProduced, problems), consumed: null, videos: [] };
    }
    const stack = await withProgress('looking for servers', style === 'lines', ({ update }) =>
      startStack(flags, { ...context, onStep: update }),
    );
    warnOfIgnored(parsed, stack, log);
    const at = { ...flags, ...stack };
    await ensureTopic(at, log);
    const tally = new Tally('stored', sources.length);
    const [{ produced, videos }, consumed] = await withConsumer(at, context, async ({ ports, ...opened }) => {
      const cover = flags.width === undefined ? opened.cover : undefined;
      const stored = { ...consumeOptions(flags, { ...opened, signal }), ...countStored(tally) };
      const consuming = metrics.consuming(ports, stored);
      const options = metrics.producing(ports.stream, { ...producing, ...countBegun(tally), cover });
      const work = () => runPipeline(ports, sources, options, consuming);
      const ran = await followed(tally, ports.store, style, log, work);
      return [ran, consumeReport(flags, opened.used, ran.consumed)] as const;
    });
    const report = { produced: produceReport(topic, produced, problems), consumed, videos };
    this.print(renderRun(report, stack.servers.some(isOwnServer), page().columns));
    this.reportFailures([...problems, ...produced.failed]);
    this.markIfDamaged(produced.videos);
    this.markIfInterrupted();
    return report;
  }
}
