import { BaseCommand } from '../base-command.js';
import { produceFolder } from '../core/produce-folder.js';
import { produce } from '../core/produce.js';
import { findSources } from '../core/find-sources.js';
import * as shared from '../flags/index.js';
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
    '<%= config.bin %> produce recordings --recursive --fps 0.5 --width 256',
    '<%= config.bin %> produce a/clip.mp4 b/clip.mp4 --name first --name second',
    '<%= config.bin %> produce --watch recordings',
    '<%= config.bin %> produce rtsp://camera.example/lobby --max-duration 10m',
    'cat clip.mp4 | <%= config.bin %> produce - --name clip',
    '<%= config.bin %> produce "https://videos.example/clip.mp4?signature=…"',
  ];
  static override strict = false;
  static override args = shared.optionalSourceArgs;
  static override flags = {
    ...shared.samplingFlags,
    ...shared.sourceFlags,
    ...shared.watchFlags,
    ...shared.stallFlags,
    ...shared.topicFlags,
    ...shared.ownerFlags,
    ...shared.metricsFlags,
  };

  async run(): Promise<ProduceReport> {
    const parsed = await this.parse(Produce);
    const { argv, flags } = parsed;
    const sampling = shared.samplingOf(parsed);
    const signal = this.interrupt;
    const log = this.createLog(flags);
    await using metrics = await openMetrics(flags.metrics, { command: this, signal, log });
    const watched = shared.watchedFolder(flags, argv);
    const { sources, problems } = await findSources(argv as string[], { ...flags, names: flags.name });
    if (sources.length === 0 && !watched) {
      this.reportFailures(problems);
      return produceReport(shared.streamOf(flags).topic, { videos: [], failed: [], seconds: 0 }, problems);
    }
    await using stream = await openTopic(flags, log);
    await using owners = await openOwners(flags, log);
    const tally = new Tally('published', watched ? undefined : sources.length);
    const options = metrics.producing(stream, {
      ...produceOptions(flags, sampling, signal, log),
      ...countPublished(tally),
      ownerOf: owners.of,
    });
    const produced = await withLive(tally, this.progressStyle(flags), log, () =>
      watched ? produceFolder(stream, watched, options) : produce(stream, sources, options),
    );
    const report = produceReport(shared.streamOf(flags).topic, produced, problems);
    this.print(renderProduced(report));
    // Of a watched folder each has been told when it happened, and the watch itself went well.
    if (watched) return report;
    this.reportFailures([...problems, ...produced.failed]);
    this.markIfDamaged(produced.videos);
    return report;
  }
}
