import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../base-command.js';
import { produce } from '../core/produce.js';
import { findSources } from '../core/source.js';
import { samplingFlags, topicFlags } from '../flags/index.js';
import { openTopic } from '../open.js';
import { produceOptions, produceReport, renderProduced, type ProduceReport } from '../ui/produced.js';
import { withProgress } from '../ui/progress.js';

export default class Produce extends BaseCommand<ProduceReport> {
  static override summary = 'Publish every Nth frame of videos to a topic.';
  static override description =
    'Producing a video again is safe: its frames keep their numbers and are stored once. An input that fails does not stop the others.';
  static override examples = [
    '<%= config.bin %> produce videos/*.webm --every 3',
    '<%= config.bin %> produce recordings --width 256',
    '<%= config.bin %> produce a/clip.mp4 b/clip.mp4 --name first --name second',
  ];
  static override strict = false;
  static override args = {
    videos: Args.string({ description: 'files, folders or globs', required: true }),
  };
  static override flags = {
    ...samplingFlags,
    name: Flags.string({
      description: 'name of the video instead of its file name; once for each file, in order',
      multiple: true,
      multipleNonGreedy: true,
    }),
    ...topicFlags,
  };

  async run(): Promise<ProduceReport> {
    const { argv, flags } = await this.parse(Produce);
    const signal = this.interrupt;
    const log = this.createLog(flags);
    const { sources, problems } = await findSources(
      argv as string[],
      flags.name ? { names: flags.name } : {},
    );
    await using stream = await openTopic(flags, log);
    const produced = await withProgress('reading the videos', !this.jsonEnabled(), (progress) =>
      produce(stream, sources, produceOptions(flags, sources, signal, log, progress)),
    );
    const report = produceReport(flags.topic, produced, problems);
    this.print(renderProduced(report));
    this.reportFailures([...problems, ...produced.failed]);
    return report;
  }
}
