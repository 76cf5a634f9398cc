import { Args } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';
import { findVideos } from '../core/answers/videos.js';
import { openPage } from '../core/report/page.js';
import { reportVideos } from '../core/report/videos.js';
import { plural } from '../core/base/text.js';
import { homeFlags, storeFlags } from '../flags/index.js';
import { reportingFlags } from '../flags/reporting.js';
import { versionFlags } from '../flags/version.js';
import { openReport } from '../open/report.js';
import { openResults } from '../open/store.js';
import { withProgress } from '../ui/progress.js';
import { countsOf, type ReportCounts } from '../ui/reported.js';
import { openReportOutput } from '../ui/report-output.js';

interface Result {
  out: string;
  videos: ReportCounts[];
}

export default class Report extends BaseCommand<Result> {
  static override summary =
    'Write one self-contained HTML page about videos: timelines, confidence, pictures, a table.';
  static override description =
    'The page needs no network connection. Pictures are taken from the source files, if these still exist and have not changed.';
  static override examples = [
    '<%= config.bin %> report --out report.html',
    '<%= config.bin %> report cat espresso --out cats-and-coffee.html',
    '<%= config.bin %> report --model efficientnet-lite0 --diff efficientnet-lite0-int8',
    '<%= config.bin %> report --out - | gzip > report.html.gz',
  ];
  static override strict = false;
  static override args = {
    videos: Args.string({ ignoreStdin: true, description: 'names of videos [default: all videos]' }),
  };
  static override flags = { ...reportingFlags, ...versionFlags, ...homeFlags, ...storeFlags };

  async run(): Promise<Result> {
    const { argv, flags } = await this.parse(Report);
    const [{ out }, signal, log] = [flags, this.interrupt, this.createLog(flags)];
    // First: a file that cannot be written is reported before hours of work.
    await using page = await openPage(await openReportOutput(out, this.jsonEnabled()), new Date());
    await using store = await openResults(flags, log);
    const options = await openReport(store, flags, { signal, log });
    const names = (await findVideos(store, argv as string[])).map(({ video }) => video);
    const videos: Result['videos'] = [];
    const show = this.progressStyle(flags) === 'lines';
    await withProgress('reading the records', show, async ({ update }) => {
      for await (const reported of reportVideos(store, names, options, update)) {
        await page.add(reported);
        videos.push(countsOf(reported));
      }
    });
    await page.finish();
    if (out !== '-') this.print(`${plural(videos.length, 'video')} in ${out}`);
    return { out, videos };
  }
}
