import { Args } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';
import { findVideos } from '../core/answers/videos.js';
import { incomplete } from '../core/answers/verify.js';
import { relabelFlags } from '../flags/relabelling.js';
import { relabelVideos } from '../open/relabel.js';
import { openStore } from '../open/store.js';
import { followed } from '../ui/live/follow.js';
import { Tally } from '../ui/live/tally.js';
import { relabelReport, renderRelabelled, type RelabelReport } from '../ui/relabelled.js';
import { page } from '../ui/timeline.js';

export default class Relabel extends BaseCommand<RelabelReport> {
  static override summary = 'Classify the frames of stored videos with another model.';
  static override description =
    'Stores the results beside those of other models; "mvs models:activate" makes them the answers. Frames come from the topic, as far as retention has left them there, and then from the source file, if it exists and has not changed. May be interrupted and run again. Exits with 65 unless all videos are complete.';
  static override examples = [
    '<%= config.bin %> relabel --model efficientnet-lite0-int8',
    '<%= config.bin %> relabel --model resnet50 cat dog --frames-from files',
    '<%= config.bin %> relabel --model efficientnet-lite0 --top-k 5',
  ];
  static override strict = false;
  static override args = {
    videos: Args.string({ ignoreStdin: true, description: 'names of videos [default: all videos]' }),
  };
  static override flags = relabelFlags;

  async run(): Promise<RelabelReport> {
    const { argv, flags } = await this.parse(Relabel);
    const [signal, log] = [this.interrupt, this.createLog(flags)];
    await using store = await openStore(flags, log);
    const infos = await findVideos(store, argv as string[]);
    const tally = new Tally('stored', infos.length);
    const context = { store, infos, signal, log, onStored: tally.add.bind(tally) };
    const done = await relabelVideos(flags, context, (results, work) =>
      followed(tally, results, this.progressStyle(flags), log, work),
    );
    const report = relabelReport(done);
    this.print(renderRelabelled(report, page().columns));
    const failed = report.videos.filter(({ complete }) => !complete);
    if (failed.length > 0) this.reportFailures([{ error: incomplete(failed.length, infos.length) }]);
    return report;
  }
}
