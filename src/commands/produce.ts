import { BaseCommand } from '../cli/base-command.js';
import { findSources } from '../core/source/find.js';
import { produce } from '../core/produce/produce.js';
import { streamOf } from '../flags/index.js';
import { produceFlags, produceOptions } from '../flags/producing.js';
import { findOptions, optionalSourceArgs, watchedFolder } from '../flags/sources.js';
import { openMetrics } from '../metrics/index.js';
import { openOwners } from '../open/owners.js';
import { openTopic } from '../open/stream.js';
import { withLive } from '../ui/live/live.js';
import { Tally } from '../ui/live/tally.js';
import * as ui from '../ui/produced.js';

export default class Produce extends BaseCommand<ui.ProduceReport> {
  static override summary = 'Publish frames of videos to a topic: every Nth, or as another flag chooses.';
  static override description =
    'Producing a video again is safe: its frames keep their numbers and are stored once. If an input fails, the others continue, and the exit code is that of the first failure. If nothing failed but a video is damaged, it is 65. Damage in frames that a sampling skips may not be found.';
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
    const [signal, log, { topic }] = [this.interrupt, this.createLog(flags), streamOf(flags)];
    const producing = produceOptions(parsed, { signal, log });
    await using metrics = await openMetrics(flags.metrics, { command: this, signal, log });
    const watched = await watchedFolder(flags, argv);
    const { sources, problems } = await findSources(argv as string[], findOptions(flags, { signal, log }));
    if (sources.length === 0 && !watched) {
      this.reportFailures(problems);
      return ui.produceReport(topic, ui.nothingProduced, problems);
    }
    await using stream = await openTopic(flags, log);
    await using owners = await openOwners(flags, log);
    const tally = new Tally('published', watched ? undefined : sources.length);
    const counted = { ...producing, ...ui.countPublished(tally) };
    const options = metrics.producing(stream, { ...counted, ownerOf: owners.of });
    const work = () => produce(stream, watched ?? sources, options);
    const produced = await withLive(tally, this.progressStyle(flags), log, work);
    const report = ui.produceReport(topic, produced, problems);
    const text = ui.renderProduced(report);
    if (text !== '') this.print(text);
    // The failures of a watched folder were reported when they happened, and the watch itself succeeded.
    if (watched) return report;
    this.reportFailures([...problems, ...produced.failed]);
    this.markIfDamaged(produced.videos);
    return report;
  }
}
