import { BaseCommand } from '../../cli/base-command.js';
import { listModels, type ListedModel } from '../../core/models/catalog.js';
import { shelfOf } from '../../core/models/shelf.js';
import { lookAtVersions, type VersionsView } from '../../core/operate/look-at-versions.js';
import { shelfFlags, storeFlags } from '../../flags/index.js';
import { openStore } from '../../open/store.js';
import { renderModels } from '../../ui/models.js';
import { page } from '../../ui/timeline.js';
import { renderVersions } from '../../ui/versions.js';

interface Result {
  models: readonly ListedModel[];
  /** The model versions that have results in the database. */
  stored: VersionsView;
}

export default class ModelsList extends BaseCommand<Result> {
  static override summary =
    'List the networks for --model, the engines that can run them here, and the versions with results in the database.';
  static override description =
    'The networks are the bundled ones, presets (well-known networks that are downloaded on first use), and networks downloaded from a URL. A version is a network together with all that decides its output. "mvs query" shows the results of the active version.';
  static override examples = ['<%= config.bin %> models:list', '<%= config.bin %> models:list --json'];
  static override flags = { ...shelfFlags, ...storeFlags };

  async run(): Promise<Result> {
    const { flags } = await this.parse(ModelsList);
    const log = this.createLog(flags);
    const [models, stored] = await Promise.all([
      listModels(shelfOf(flags)),
      lookAtVersions(() => openStore(flags, log)),
    ]);
    this.print(`${renderModels(models)}\n\n${renderVersions(stored, page().columns)}`);
    return { models, stored };
  }
}
