import { BaseCommand } from '../cli/base-command.js';
import { usefulSize } from '../core/classifier/model.js';
import { findSources } from '../core/source/find.js';
import { isOwnServer } from '../core/stack/index.js';
import { runPipeline } from '../core/run.js';
import { runFlags, samplingOf, sourceArgs, streamOf } from '../flags/index.js';
import { openMetrics } from '../metrics/index.js';
import { ensureTopic, startStack, withConsumerPorts } from '../open/open.js';
import { consumeOptions, consumeReport } from '../ui/consumed.js';
import { followed } from '../ui/live/follow.js';
import { Tally } from '../ui/live/tally.js';
import { countBegun, nothingProduced, produceOptions, produceReport } from '../ui/produced.js';
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
    const { topic } = streamOf(flags);
    await using metrics = await openMetrics(flags.metrics, { command: this, signal, log });
    const sampling = samplingOf(parsed);
    const { sources, problems } = await findSources(argv as string[], { ...flags, names: flags.name });
    if (sources.length === 0) {
      this.reportFailures(problems);
      return { produced: produceReport(topic, nothingProduced, problems), consumed: null, videos: [] };
    }
    const stack = await startStack(flags, { signal, log, show: style === 'lines' });
    const at = { ...flags, ...stack };
    await ensureTopic(at, log);
    const tally = new Tally('stored', sources.length);
    const [{ produced, videos }, consumed] = await withConsumerPorts(
      at,
      { log, signal },
      async (ports, model, threads) => {
        const scaling = flags.width === undefined ? { cover: usefulSize(model) } : {};
        const producing = {
          ...produceOptions(flags, sampling, signal, log),
          ...countBegun(tally),
          ...scaling,
        };
        const consuming = metrics.consuming(
          ports,
          consumeOptions({ ...flags, threads }, model, signal, tally),
        );
        const ran = await followed(tally, ports.store, style, log, () =>
          runPipeline(ports, sources, metrics.producing(ports.stream, producing), consuming),
        );
        return [ran, consumeReport(flags, ports, ran.consumed)] as const;
      },
    );
    const report = { produced: produceReport(topic, produced, problems), consumed, videos };
    this.print(renderRun(report, stack.servers.some(isOwnServer), page().columns));
    this.reportFailures([...problems, ...produced.failed]);
    this.markIfDamaged(produced.videos);
    this.markIfInterrupted();
    return report;
  }
}
