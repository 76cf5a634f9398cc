import { BaseCommand } from '../base-command.js';
import { answerVideo, standingOf } from '../core/answers.js';
import { usefulSize } from '../core/classifier/model.js';
import { runPipeline } from '../core/run.js';
import { findSources } from '../core/find-sources.js';
import * as shared from '../flags/index.js';
import { openMetrics } from '../metrics/index.js';
import { ensureTopic, startStack, withConsumerPorts } from '../open.js';
import { consumeOptions, consumeReport } from '../ui/consumed.js';
import { follow } from '../ui/live/follow.js';
import { withLive } from '../ui/live/live.js';
import { Tally } from '../ui/live/tally.js';
import { produceOptions, produceReport } from '../ui/produced.js';
import { renderRun, type RunReport } from '../ui/ran.js';

export default class Run extends BaseCommand<RunReport> {
  static override summary =
    'From video files to answers in one go: up, topic:create, produce, consume, query.';
  static override examples = [
    '<%= config.bin %> run videos/*.webm',
    '<%= config.bin %> run recordings --every 10',
  ];
  static override strict = false;
  static override args = shared.sourceArgs;
  static override flags = {
    ...shared.usefulSamplingFlags,
    ...shared.batchFlags,
    ...shared.sourceFlags,
    ...shared.stallFlags,
    ...shared.classifierFlags,
    ...shared.stackFlags,
    ...shared.topicFlags,
    ...shared.groupFlags,
    ...shared.storeFlags,
    ...shared.metricsFlags,
  };

  async run(): Promise<RunReport> {
    const parsed = await this.parse(Run);
    const { argv, flags } = parsed;
    const [signal, log, style] = [this.interrupt, this.createLog(flags), this.progressStyle(flags)];
    await using metrics = await openMetrics(flags.metrics, { command: this, signal, log });
    const sampling = shared.samplingOf(parsed);
    const { sources, problems } = await findSources(argv as string[], { ...flags, names: flags.name });
    const [problem] = problems;
    if (problem && sources.length === 0) throw problem.error;
    const at = { ...flags, ...(await startStack(flags, { signal, log, show: style === 'lines' })) };
    await ensureTopic(at, log);
    const tally = new Tally('stored', sources.length);
    const [report, failed] = await withConsumerPorts(at, { log, signal }, (ports, model) =>
      withLive(tally, style, log, async () => {
        using _ = follow(tally, (video) => standingOf(ports.store, video));
        const producing = {
          ...produceOptions(flags, sampling, signal, log),
          onBegin: tally.expect.bind(tally),
        };
        const consuming = metrics.consuming(ports, consumeOptions(flags, model, signal, tally));
        const scaled = flags.width === undefined ? { ...producing, cover: usefulSize(model) } : producing;
        const { produced, consumed } = await runPipeline(
          ports,
          sources,
          metrics.producing(ports.stream, scaled),
          consuming,
        );
        const report = {
          produced: produceReport(shared.streamOf(flags).topic, produced, problems),
          consumed: consumeReport(flags, ports, consumed),
          videos: await Promise.all(produced.videos.map(({ video }) => answerVideo(ports.store, video))),
        };
        return [report, produced.failed] as const;
      }),
    );
    this.print(renderRun(report));
    this.reportFailures([...problems, ...failed]);
    this.markIfDamaged(report.produced.videos);
    this.markIfInterrupted();
    return report;
  }
}
