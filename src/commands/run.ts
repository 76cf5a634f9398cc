import { BaseCommand } from '../cli/base-command.js';
import { findSources } from '../core/source/find.js';
import { streamOf } from '../flags/index.js';
import { produceOptions, runFlags } from '../flags/producing.js';
import { findOptions, sourceArgs } from '../flags/sources.js';
import { openMetrics } from '../metrics/index.js';
import { runVideos } from '../open/pipeline.js';
import { startStack } from '../open/stack.js';
import { countStored } from '../ui/consumed.js';
import { followed } from '../ui/live/follow.js';
import { Tally } from '../ui/live/tally.js';
import { countBegun } from '../ui/produced.js';
import { withProgress } from '../ui/progress.js';
import { renderRun, runReport, type RunReport } from '../ui/ran.js';
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
    const { argv, flags, raw } = parsed;
    const [signal, log, style] = [this.interrupt, this.createLog(flags), this.progressStyle(flags)];
    const context = { signal, log };
    const named = { topic: streamOf(flags).topic, group: flags.group };
    await using metrics = await openMetrics(flags.metrics, { command: this, ...context });
    const options = produceOptions(parsed, context);
    const { sources, problems } = await findSources(argv as string[], findOptions(flags, context));
    if (sources.length === 0) {
      this.reportFailures(problems);
      return runReport(named, problems);
    }
    const stack = await withProgress('looking for servers', style === 'lines', ({ update }) =>
      startStack(flags, { ...context, onStep: update }),
    );
    const tally = new Tally('stored', sources.length);
    const ran = await runVideos(
      parsed,
      { stack, sources, options },
      {
        ...context,
        producing: (stream, own) => metrics.producing(stream, { ...own, ...countBegun(tally) }),
        consuming: (ports, own) => metrics.consuming(ports, { ...own, ...countStored(tally) }),
        during: (results, work) => followed(tally, results, style, log, work),
      },
    );
    const report = runReport(named, problems, ran);
    const next = { servers: stack.servers, active: ran.active, raw };
    this.print(renderRun(report, next, page().columns));
    this.reportFailures([...problems, ...ran.produced.failed]);
    this.markIfDamaged(ran.produced.videos);
    this.markIfInterrupted();
    return report;
  }
}
