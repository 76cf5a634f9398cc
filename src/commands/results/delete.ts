import { Args } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.js';
import { reportOf, type ErrorReport } from '../../core/base/errors.js';
import { versionId } from '../../core/frames/model-version.js';
import { deleteResults, surveyResults } from '../../core/operate/delete-results.js';
import type { DeletedVideo } from '../../core/operate/delete-videos.js';
import { placeOfStore, type StorePlace } from '../../core/store/address.js';
import { forceFlags, homeFlags, storeFlags, storeOf } from '../../flags/index.js';
import { deletedVersionFlags } from '../../flags/version.js';
import { openStore } from '../../open/store.js';
import { confirm } from '../../ui/confirm.js';
import { readersWarning, renderDeletedResults, renderVideosSurvey, sayWait } from '../../ui/deletions.js';
import { withProgress } from '../../ui/progress.js';

interface Result extends StorePlace {
  /** `NAME@DIGEST` */
  version: string;
  deleted: readonly DeletedVideo[];
  failed: ({ video?: string } & ErrorReport)[];
  /** True if the database has nothing of the version any more. */
  forgotten: boolean;
}

export default class ResultsDelete extends BaseCommand<Result> {
  static override summary = 'Delete the results of a model version, of some videos or of all.';
  static override description =
    'Asks for confirmation. The videos and the results of other versions stay. Never deletes the active version: activate another one first. Stop the consumers with this model before. An interrupted deletion continues when the command is run again.';
  static override examples = [
    '<%= config.bin %> results:delete --model efficientnet-lite0',
    '<%= config.bin %> results:delete --model pets@3f2a9c1b7d04 cat dog --force --json',
  ];
  static override strict = false;
  static override args = {
    videos: Args.string({ ignoreStdin: true, description: 'names of videos [default: all]' }),
  };
  static override flags = { ...deletedVersionFlags, ...forceFlags, ...homeFlags, ...storeFlags };

  async run(): Promise<Result> {
    const { argv, flags } = await this.parse(ResultsDelete);
    const [log, signal] = [this.createLog(flags), this.interrupt];
    await using store = await openStore(flags, log);
    const survey = await surveyResults(store, flags.model, argv as string[]);
    const [place, version] = [placeOfStore(storeOf(flags)), versionId(survey.version)];
    this.reportFailures(survey.failed);
    if (survey.version.primary) log.warn(readersWarning);
    if (!flags.force && survey.videos.length > 0)
      await confirm(renderVideosSurvey(survey.videos, place, version), '--force');
    const show = this.progressStyle(flags) === 'lines';
    const { deleted, failed, forgotten } = await withProgress('deleting results', show, ({ update }) =>
      deleteResults(store, survey, { signal, ...sayWait(show ? update : log.info) }),
    );
    this.print(renderDeletedResults(deleted, forgotten ? version : undefined));
    const all = [...survey.failed, ...failed];
    this.reportFailures(failed);
    process.exitCode = all[0]?.error.exitCode;
    const reports = all.map(({ error, ...of }) => ({ ...of, ...reportOf(error) }));
    return { ...place, version, deleted, failed: reports, forgotten };
  }
}
