import { Args } from '@oclif/core';
import { BaseCommand } from '../base-command.js';
import { answerVideo, type VideoAnswer } from '../core/answers.js';
import { runPipeline } from '../core/run.js';
import { findSources } from '../core/source.js';
import { stackFlags, storeFlags, topicFlags } from '../flags.js';
import { batchFlags, classifierFlags, groupFlags, samplingFlags } from '../flags.js';
import { ensureTopic, startStack, withConsumerPorts } from '../open.js';
import { renderVideos } from '../ui/answers.js';
import { consumeOptions, consumeReport, renderConsumed, type ConsumeReport } from '../ui/consumed.js';
import { produceOptions, produceReport, renderProduced, type ProduceReport } from '../ui/produced.js';
import { noProgress, withProgress } from '../ui/progress.js';

interface Result {
  produced: ProduceReport;
  consumed: ConsumeReport;
  videos: VideoAnswer[];
}

export default class Run extends BaseCommand<Result> {
  static override summary =
    'From video files to answers in one go: up, topic:create, produce, consume, query.';
  static override examples = [
    '<%= config.bin %> run videos/*.webm',
    '<%= config.bin %> run recordings --every 10',
  ];
  static override strict = false;
  static override args = { videos: Args.string({ description: 'files, folders or globs', required: true }) };
  static override flags = {
    ...samplingFlags,
    ...batchFlags,
    ...classifierFlags,
    ...stackFlags,
    ...topicFlags,
    ...groupFlags,
    ...storeFlags,
  };

  async run(): Promise<Result> {
    const { argv, flags } = await this.parse(Run);
    const [signal, log, show] = [this.interrupt, this.createLog(flags), !this.jsonEnabled()];
    const found = await findSources(argv as string[]);
    const at = { ...flags, ...(await startStack(flags, { signal, log, show })) };
    await ensureTopic(at, log);
    const startedAt = Date.now();
    const result = await withConsumerPorts(at, log, (ports) =>
      withProgress('reading the videos', show, async (progress) => {
        const producing = produceOptions(flags, found.sources, signal, log, noProgress);
        const consuming = consumeOptions(flags, signal, progress);
        const { produced, consumed } = await runPipeline(ports, found.sources, producing, consuming);
        const videos = await Promise.all(produced.videos.map(({ video }) => answerVideo(ports.store, video)));
        return {
          produced: produceReport(flags.topic, produced, found.problems, startedAt),
          consumed: consumeReport(flags, ports, consumed),
          videos,
          failures: [...found.problems, ...produced.failed].map(({ error }) => error),
        };
      }),
    );
    const { failures, ...report } = result;
    this.print(
      `${renderProduced(report.produced)}\n\n${renderConsumed(report.consumed)}\n\n${renderVideos(report.videos)}`,
    );
    this.reportFailures(failures);
    return report;
  }
}
