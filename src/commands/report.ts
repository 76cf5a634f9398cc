import { Args } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';
import { findVideos } from '../core/answers/videos.js';
import { openPage } from '../core/report/page.js';
import { reportVideos } from '../core/report/videos.js';
import { openMongo } from '../core/store/mongo.js';
import { homeFlags, storeFlags, storeOf } from '../flags/index.js';
import { reportingFlags } from '../flags/reporting.js';
import { withProgress } from '../ui/progress.js';
import { plural } from '../ui/units.js';

interface Result {
  out: string;
  videos: { video: string; segments: number; thumbnails: number }[];
}

export default class Report extends BaseCommand<Result> {
  static override summary =
    'Write one self-contained page about videos: timelines, confidence, pictures, a table.';
  static override description =
    'The page needs no network. Pictures are taken from the source files, where they are still there and still the same.';
  static override examples = [
    '<%= config.bin %> report --out report.html',
    '<%= config.bin %> report cat espresso --out cats-and-coffee.html',
  ];
  static override strict = false;
  static override args = {
    videos: Args.string({
      ignoreStdin: true,
      description: 'names of videos; all of them unless some are given',
    }),
  };
  static override flags = { ...reportingFlags, ...homeFlags, ...storeFlags };

  async run(): Promise<Result> {
    const { argv, flags } = await this.parse(Report);
    const { out, segments: maxSegments, thumbnails: maxThumbnails } = flags;
    const options = { maxSegments, maxThumbnails, signal: this.interrupt };
    // First: who named a file that cannot be written hears of it before hours of work.
    await using page = await openPage(out, new Date());
    await using store = await openMongo(storeOf(flags));
    const names = (await findVideos(store, argv as string[])).map(({ video }) => video);
    const videos: Result['videos'] = [];
    const show = this.progressStyle(flags) === 'lines';
    await withProgress('reading the records', show, async (progress) => {
      const onVideo = (name: string): void => {
        progress.update(name);
      };
      for await (const reported of reportVideos(store, names, options, onVideo)) {
        await page.add(reported);
        const { video, segments } = reported;
        const thumbnails = segments.filter(({ thumbnail }) => thumbnail !== undefined).length;
        videos.push({ video, segments: segments.length, thumbnails });
      }
    });
    await page.finish();
    this.print(`${plural(videos.length, 'video')} in ${out}`);
    return { out, videos };
  }
}
