import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../base-command.js';
import { findVideo } from '../core/answers.js';
import { MvsError } from '../core/errors.js';
import { openMongo } from '../core/store/mongo.js';
import { accepts, verifyVideo, type Verdict } from '../core/verify.js';
import { homeFlags, storeFlags, storeOf } from '../flags/index.js';
import { plural } from '../ui/units.js';
import { renderVerdicts } from '../ui/verdicts.js';

interface Result {
  complete: boolean;
  videos: Verdict[];
}

export default class Verify extends BaseCommand<Result> {
  static override summary = 'Check that every frame that was published has its record.';
  static override description =
    'Reads the frame number of every record. Exits with 65 unless all of these videos are complete.';
  static override examples = ['<%= config.bin %> verify', '<%= config.bin %> verify cat --missing'];
  static override strict = false;
  static override args = {
    videos: Args.string({ ignoreStdin: true, description: 'names of videos; all of them unless given' }),
  };
  static override flags = {
    missing: Flags.boolean({ description: 'list the missing frames' }),
    'allow-dead-letters': Flags.boolean({
      env: 'MVS_ALLOW_DEAD_LETTERS',
      description: 'a frame among the dead letters is accounted for, and no failure',
    }),
    ...homeFlags,
    ...storeFlags,
  };

  async run(): Promise<Result> {
    const { argv, flags } = await this.parse(Verify);
    await using store = await openMongo(storeOf(flags));
    const names = argv as string[];
    const infos =
      names.length > 0
        ? await Promise.all(names.map((name) => findVideo(store, name)))
        : await store.videos();
    if (infos.length === 0) {
      throw new MvsError('NO_SUCH_VIDEO', 'there are no videos to verify', {
        hint: 'Publish some with "mvs produce", classify them with "mvs consume".',
      });
    }
    const videos: Verdict[] = [];
    for (const info of infos) videos.push(await verifyVideo(store, info));
    const failed = videos.filter((verdict) => !accepts(verdict, flags['allow-dead-letters']));
    this.print(renderVerdicts(videos, flags.missing));
    if (failed.length > 0) this.reportFailures([{ error: incomplete(failed.length, videos.length) }]);
    return { complete: failed.length === 0, videos };
  }
}

function incomplete(failed: number, all: number): MvsError {
  return new MvsError('INCOMPLETE', `${failed} of ${plural(all, 'video')} incomplete`, {
    hint: 'What is still to come: "mvs lag". What was set aside: "mvs dlq:list". What is neither: produce the video again.',
  });
}
