import { Args } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.js';
import { deleteVideos, surveyVideos, type DeletedVideo } from '../../core/operate/delete-videos.js';
import { reportOf, type ErrorReport } from '../../core/base/errors.js';
import { placeOfStore, type StorePlace } from '../../core/store/address.js';
import { forceFlags, homeFlags, storeFlags, storeOf } from '../../flags/index.js';
import { openStore } from '../../open/store.js';
import { confirm } from '../../ui/confirm.js';
import { renderDeletedVideos, renderVideosSurvey } from '../../ui/deletions.js';

interface Result extends StorePlace {
  deleted: readonly DeletedVideo[];
  failed: ({ video: string } & ErrorReport)[];
}

export default class VideosDelete extends BaseCommand<Result> {
  static override summary = 'Delete the records of videos and free their names.';
  static override description =
    'Asks for confirmation. Also deletes the notes about their dead letters; the letters themselves stay in their topic. Frames that are still in the topic will be stored again: let the consumers finish (see "mvs lag") and stop them first. If one video fails, the others are still deleted.';
  static override examples = [
    '<%= config.bin %> videos:delete cat',
    '<%= config.bin %> videos:delete cat dog --force --json',
  ];
  static override strict = false;
  static override args = {
    videos: Args.string({ ignoreStdin: true, description: 'names of videos', required: true }),
  };
  static override flags = { ...forceFlags, ...homeFlags, ...storeFlags };

  async run(): Promise<Result> {
    const { argv, flags } = await this.parse(VideosDelete);
    const log = this.createLog(flags);
    await using store = await openStore(flags, log);
    const place = placeOfStore(storeOf(flags));
    const survey = await surveyVideos(store, argv as string[]);
    this.reportFailures(survey.failed);
    const names = survey.videos.map(({ video }) => video);
    if (names.length > 0) {
      log.warn(
        'frames of these videos that are still in the topic will be stored again; stop running consumers first',
      );
      if (!flags.force) await confirm(renderVideosSurvey(survey.videos, place), '--force');
    }
    const { videos: deleted, failed } = await deleteVideos(store, names, this.interrupt);
    this.print(renderDeletedVideos(deleted));
    this.reportFailures(failed);
    const all = [...survey.failed, ...failed];
    // The first failure decides: an unknown name comes before anything that failed later.
    process.exitCode = all[0]?.error.exitCode;
    return {
      ...place,
      deleted,
      failed: all.map(({ video, error }) => ({ video, ...reportOf(error) })),
    };
  }
}
