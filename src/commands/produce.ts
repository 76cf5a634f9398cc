import { Args } from '@oclif/core';
import { BaseCommand } from '../base-command.js';
import { produce } from '../core/produce.js';
import { findSources } from '../core/source.js';
import {
  metricsFlags,
  ownerFlags,
  samplingFlags,
  samplingOf,
  stallFlags,
  topicFlags,
} from '../flags/index.js';
import { openMetrics } from '../metrics/index.js';
import { openOwners } from '../open-owners.js';
import { openTopic } from '../open.js';
import {
  countPublished,
  produceOptions,
  produceReport,
  renderProduced,
  type ProduceReport,
} from '../ui/produced.js';
import { withLive } from '../ui/live/live.js';
import { Tally } from '../ui/live/tally.js';

export default class Produce extends BaseCommand<ProduceReport> {
  static override summary =
    'Publish frames of videos to a topic: every Nth, or those that another flag chooses.';
  static override description =
    'Producing a video again is safe: its frames keep their numbers and are stored once. An input that fails does not stop the others: the first failure decides the exit code, and damage (65) counts where there is none.';
  static override examples = [
    '<%= config.bin %> produce videos/*.webm --every 3',
    '<%= config.bin %> produce recordings --fps 0.5 --width 256',
    '<%= config.bin %> produce a/clip.mp4 b/clip.mp4 --name first --name second',
    '<%= config.bin %> produce "https://videos.example/clip.mp4?signature=…"',
  ];
  static override strict = false;
  static override args = {
    videos: Args.string({ description: 'files, folders, globs or http(s) URLs', required: true }),
  };
  static override flags = {
    ...samplingFlags,
    ...stallFlags,
    ...topicFlags,
    ...ownerFlags,
    ...metricsFlags,
  };

  async run(): Promise<ProduceReport> {
    const parsed = await this.parse(Produce);
    const { argv, flags } = parsed;
    const sampling = samplingOf(parsed);
    const signal = this.interrupt;
    const log = this.createLog(flags);
    await using metrics = await openMetrics(flags.metrics, { command: this, signal, log });
    const { sources, problems } = await findSources(argv as string[], flags.name);
    if (sources.length === 0) {
      this.reportFailures(problems);
      return produceReport(flags.topic, { videos: [], failed: [], seconds: 0 }, problems);
    }
    await using stream = await openTopic(flags, log);
    await using owners = await openOwners(flags, log);
    const tally = new Tally('published', sources.length);
    const options = {
      ...produceOptions(flags, sampling, signal, log),
      ...countPublished(tally),
      ownerOf: owners.of,
    };
    const produced = await withLive(tally, this.progressStyle(flags), log, () =>
      produce(stream, sources, metrics.producing(stream, options)),
    );
    const report = produceReport(flags.topic, produced, problems);
    this.print(renderProduced(report));
    this.reportFailures([...problems, ...produced.failed]);
    this.markIfDamaged(produced.videos);
    return report;
  }
}
