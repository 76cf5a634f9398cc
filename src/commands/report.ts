import { writeFile } from 'node:fs/promises';
import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../base-command.js';
import { messageOf, MvsError } from '../core/errors.js';
import { renderPage } from '../core/report/page.js';
import { reportVideo, type ReportedVideo } from '../core/report/videos.js';
import { openMongo } from '../core/store/mongo.js';
import { homeFlags, storeFlags, storeOf } from '../flags/index.js';
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
  static override flags = {
    out: Flags.string({ char: 'o', description: 'file to write', helpValue: 'FILE', default: 'report.html' }),
    segments: Flags.integer({
      description: 'segments of each video, the longest ones',
      env: 'MVS_REPORT_SEGMENTS',
      helpValue: 'N',
      min: 1,
      max: 5000,
      default: 200,
    }),
    thumbnails: Flags.integer({
      description: 'pictures of each video, for its longest segments',
      env: 'MVS_REPORT_THUMBNAILS',
      helpValue: 'N',
      min: 0,
      max: 500,
      default: 24,
    }),
    ...homeFlags,
    ...storeFlags,
  };

  async run(): Promise<Result> {
    const { argv, flags } = await this.parse(Report);
    const options = { maxSegments: flags.segments, maxThumbnails: flags.thumbnails, signal: this.interrupt };
    await using store = await openMongo(storeOf(flags));
    const named = argv as string[];
    const names = named.length > 0 ? named : (await store.videos()).map(({ video }) => video);
    const show = this.progressStyle(flags) === 'lines';
    const videos = await withProgress('reading the records', show, async (progress) => {
      const reported: ReportedVideo[] = [];
      for (const name of names) {
        progress.update(name);
        reported.push(await reportVideo(store, name, options));
      }
      return reported;
    });
    await write(flags.out, await renderPage(videos, new Date()));
    this.print(`${plural(videos.length, 'video')} in ${flags.out}`);
    return {
      out: flags.out,
      videos: videos.map(({ video, segments }) => ({
        video,
        segments: segments.length,
        thumbnails: segments.filter(({ thumbnail }) => thumbnail !== undefined).length,
      })),
    };
  }
}

async function write(file: string, page: string): Promise<void> {
  try {
    await writeFile(file, page);
  } catch (cause) {
    throw new MvsError('CONFIG', `cannot write ${file}: ${messageOf(cause)}`, {
      cause,
      hint: 'Name a file in a folder that exists and that you may write, with --out.',
    });
  }
}
