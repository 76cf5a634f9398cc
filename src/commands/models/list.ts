import { BaseCommand } from '../../cli/base-command.js';
import { listModels, type ListedModel } from '../../core/models/catalog.js';
import { shelfOf } from '../../core/models/shelf.js';
import { shelfFlags } from '../../flags/index.js';
import { renderModels } from '../../ui/models.js';

interface Result {
  models: readonly ListedModel[];
}

export default class ModelsList extends BaseCommand<Result> {
  static override summary = 'List the networks for --model, and the engines that can run them here.';
  static override description =
    'These are the bundled networks, presets (well-known networks that are downloaded on first use), and networks downloaded from a URL.';
  static override examples = ['<%= config.bin %> models:list', '<%= config.bin %> models:list --json'];
  static override flags = shelfFlags;

  async run(): Promise<Result> {
    const { flags } = await this.parse(ModelsList);
    const models = await listModels(shelfOf(flags));
    this.print(renderModels(models));
    return { models };
  }
}
