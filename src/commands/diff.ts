import { Args } from '@oclif/core';
import { FormatCommand } from '../cli/format-command.js';
import { changeAlarm, compare, sidesOf, type DetailedDiff } from '../core/answers/compare.js';
import { Comparison, type Diff as Difference } from '../core/answers/diff.js';
import { findVideos } from '../core/answers/videos.js';
import { comparingFlags, limitOf } from '../flags/comparing.js';
import { homeFlags, storeFlags } from '../flags/index.js';
import { openStore } from '../open/store.js';
import { writeChangedFrames } from '../ui/changed-frames.js';
import { renderDiff, warnOfUncompared } from '../ui/diff.js';
import type { OperatorLog } from '../ui/log.js';
import { page } from '../ui/timeline.js';

export default class Diff extends FormatCommand<DetailedDiff | undefined> {
  static override summary = 'Compare the results of two model versions, frame by frame.';
  static override description =
    'Shows how many frames have the same label, the most frequent changes of label, and the segments that changed. Frames that only one version has are not compared; they are counted and listed.';
  static override examples = [
    '<%= config.bin %> diff efficientnet-lite0 efficientnet-lite0-int8',
    '<%= config.bin %> diff efficientnet-lite0@3f2a9c1b7d04 efficientnet-lite0@b81c0d55e2a9 cat --frames',
    '<%= config.bin %> diff efficientnet-lite0 efficientnet-lite0-int8 --max-changes 2',
    '<%= config.bin %> diff efficientnet-lite0 resnet50 --format csv > changed.csv',
  ];
  static override strict = false;
  static override args = {
    a: Args.string({ ignoreStdin: true, required: true, description: 'model version, NAME or NAME@DIGEST' }),
    b: Args.string({ ignoreStdin: true, required: true, description: 'model version to compare with it' }),
    videos: Args.string({ ignoreStdin: true, description: 'names of videos [default: all videos]' }),
  };
  static override flags = { ...comparingFlags, ...homeFlags, ...storeFlags };

  async run(): Promise<DetailedDiff | undefined> {
    const { args, argv, flags } = await this.parse(Diff);
    const format = this.jsonEnabled() ? 'json' : flags.format;
    const [limit, signal, log] = [limitOf(flags, format), this.interrupt, this.createLog(flags)];
    await using store = await openStore(flags, log);
    const sides = await sidesOf(store, args.a, args.b);
    const videos = (await findVideos(store, argv.slice(2) as string[])).map(({ video }) => video);
    if (format === 'ndjson' || format === 'csv') {
      const comparison = new Comparison(sides, { limit: 0, signal });
      const whole = await writeChangedFrames(comparison.changedFrames(videos), format, limit, sides);
      if (whole) this.#judge(comparison.diff, flags['max-changes'], log);
      warnOfUncompared(comparison.diff, log);
      return undefined;
    }
    const diff = await compare(sides, videos, { limit, signal, frames: flags.frames });
    this.print(renderDiff(diff, page().columns));
    this.#judge(diff, flags['max-changes'], log);
    return diff;
  }

  #judge(diff: Difference, maxChanges: number | undefined, log: OperatorLog): void {
    const alarm = changeAlarm(diff, maxChanges);
    if (!alarm) return;
    log.error(alarm);
    process.exitCode = alarm.exitCode;
  }
}
