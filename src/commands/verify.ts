import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';
import { findVideos } from '../core/answers/videos.js';
import { accepts, incomplete, verifyVideo, type Verdict } from '../core/answers/verify.js';
import { homeFlags, storeFlags } from '../flags/index.js';
import { versionFlags } from '../flags/version.js';
import { openResults } from '../open/store.js';
import { page } from '../ui/timeline.js';
import { renderVerdicts } from '../ui/verdicts.js';

interface Result {
  /** Whether all of them pass: complete, or lacking nothing but dead letters where those are allowed. */
  accepted: boolean;
  videos: Verdict[];
}

export default class Verify extends BaseCommand<Result> {
  static override summary = 'Check that every published frame has its record.';
  static override description =
    'Reads the frame number of every record. Exits with 65 unless all of these videos are complete.';
  static override examples = ['<%= config.bin %> verify', '<%= config.bin %> verify cat --missing'];
  static override strict = false;
  static override args = {
    videos: Args.string({ ignoreStdin: true, description: 'names of videos [default: all videos]' }),
  };
  static override flags = {
    missing: Flags.boolean({ description: 'list the missing frames' }),
    'allow-dead-letters': Flags.boolean({
      env: 'MVS_ALLOW_DEAD_LETTERS',
      description: 'accept videos that lack only dead-lettered frames',
    }),
    ...versionFlags,
    ...homeFlags,
    ...storeFlags,
  };

  async run(): Promise<Result> {
    const { argv, flags } = await this.parse(Verify);
    await using store = await openResults(flags, this.createLog(flags));
    const infos = await findVideos(store, argv as string[]);
    const videos: Verdict[] = [];
    for (const info of infos) videos.push(await verifyVideo(store, info));
    const failed = videos.filter((verdict) => !accepts(verdict, flags['allow-dead-letters']));
    this.print(renderVerdicts(videos, flags.missing, page().columns));
    if (failed.length > 0) this.reportFailures([{ error: incomplete(failed.length, videos.length) }]);
    return { accepted: failed.length === 0, videos };
  }
}
