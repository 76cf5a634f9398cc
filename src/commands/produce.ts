import { BaseCommand } from '../cli/base-command.js';
import { findSources } from '../core/source/find.js';
import { produce } from '../core/produce/produce.js';
import { optionalSourceArgs, produceFlags, samplingOf, streamOf, watchedFolder } from '../flags/index.js';
import { openMetrics } from '../metrics/index.js';
import { openOwners } from '../open/owners.js';
import { openTopic } from '../open/open.js';
import { withLive } from '../ui/live/live.js';
import { Tally } from '../ui/live/tally.js';
import * as ui from '../ui/produced.js';

export default class Produce extends BaseCommand<ui.ProduceReport> {
  static override summary =
    'Publish frames of videos to a topic: every Nth, or those that another flag chooses.';
  static override description =
    'Producing a video again is safe: its frames keep their numbers and are stored once. An input that fails does not stop the others: the first failure decides the exit code, and damage (65) counts where there is none.';
  static override examples = [
    '<%= config.bin %> produce videos/*.webm --every 3',
    '<%= config.bin %> produce recordings --recursive --fps 0.5 --width 256',
    '<%= config.bin %> produce a/clip.mp4 b/clip.mp4 --name first --name second',
    '<%= config.bin %> produce --watch recordings',
    '<%= config.bin %> produce rtsp://camera.example/lobby --max-duration 10m',
    'cat clip.mp4 | <%= config.bin %> produce - --name clip',
    '<%= config.bin %> produce "https://videos.example/clip.mp4?signature=…"',
  ];
  static override strict = false;
  static override args = optionalSourceArgs;
  static override flags = produceFlags;

  async run(): Promise<ui.ProduceReport> {
    const parsed = await this.parse(Produce);
    const { argv, flags } = parsed;
    const [signal, log, sampling] = [this.interrupt, this.createLog(flags), samplingOf(parsed)];
    const { topic } = streamOf(flags);
    await using metrics = await openMetrics(flags.metrics, { command: this, signal, log });
    const watched = watchedFolder(flags, argv);
    const { sources, problems } = await findSources(argv as string[], { ...flags, names: flags.name });
    if (sources.length === 0 && !watched) {
      this.reportFailures(problems);
      return ui.produceReport(topic, ui.nothingProduced, problems);
    }
    await using stream = await openTopic(flags, log);
    await using owners = await openOwners(flags, log);
    const tally = new Tally('published', watched ? undefined : sources.length);
    const producing = { ...ui.produceOptions(flags, sampling, signal, log), ...ui.countPublished(tally) };
    const options = metrics.producing(stream, { ...producing, ownerOf: owners.of });
    const produced = await withLive(tally, this.progressStyle(flags), log, () =>
      produce(stream, watched ?? sources, options),
    );
    const report = ui.produceReport(topic, produced, problems);
    const text = ui.renderProduced(report);
    if (text !== '') this.print(text);
    // Of a watched folder each has been told when it happened, and the watch itself went well.
    if (watched) return report;
    this.reportFailures([...problems, ...produced.failed]);
    this.markIfDamaged(produced.videos);
    return report;
  }
}
