import { Args } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';
import { findVideos, shownVersion } from '../core/answers/videos.js';
import { exportHits, type ExportedVideo } from '../core/export/export.js';
import { exportingFlags, exportOptions } from '../flags/exporting.js';
import { homeFlags, storeFlags } from '../flags/index.js';
import { versionFlags } from '../flags/version.js';
import { mustHaveObjects } from '../open/objects.js';
import { openFilter } from '../open/question.js';
import { openResults } from '../open/store.js';
import { countFiles, notExported, renderExported } from '../ui/exported.js';
import { explain, noMatch } from '../ui/meanings.js';
import { withProgress } from '../ui/progress.js';

interface Result {
  readonly out: string;
  /** `NAME@DIGEST`: the version of the model that made these results; null while the database has none. */
  readonly modelVersion: string | null;
  readonly videos: readonly ExportedVideo[];
}

export default class Export extends BaseCommand<Result> {
  static override summary = 'Write pictures or clips of the frames that match.';
  static override description =
    'Reads the source files, if these still exist and have not changed. Writes a folder for each video, and manifest.ndjson with one line for each file. Exits with 65 if matching frames could not be exported, and names their videos.';
  static override examples = [
    '<%= config.bin %> export --label cat --min-confidence 0.5 --out cats',
    '<%= config.bin %> export --label person --boxes --out people',
    '<%= config.bin %> export cat --from 0:10 --to 0:20 --out frames',
    '<%= config.bin %> export --label dog --clips --pad 5s --out clips',
  ];
  static override strict = false;
  static override args = {
    videos: Args.string({ ignoreStdin: true, description: 'names of videos [default: all videos]' }),
  };
  static override flags = { ...exportingFlags, ...versionFlags, ...homeFlags, ...storeFlags };

  async run(): Promise<Result> {
    const { argv, flags } = await this.parse(Export);
    const names = argv as string[];
    const options = exportOptions(flags, names, this.interrupt);
    const log = this.createLog(flags);
    await using store = await openResults(flags, log);
    if (options.boxes) mustHaveObjects(store, '--boxes');
    const infos = await findVideos(store, names);
    const { filter, near, ...understood } = await openFilter(store, infos, options.filter, flags, log);
    explain(understood, log);
    const show = this.progressStyle(flags) === 'lines';
    const videos = await withProgress('exporting', show, ({ update }) =>
      exportHits(store, infos, { ...options, filter, ...countFiles(update) }),
    );
    this.print(renderExported(videos, flags.out, noMatch(understood, near, flags.model)));
    this.reportFailures(notExported(videos));
    return { out: flags.out, modelVersion: shownVersion(store), videos };
  }
}
