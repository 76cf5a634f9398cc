import { Args } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.js';
import { showModel, type ModelDetails } from '../../core/models/catalog.js';
import { shelfOf } from '../../core/models/shelf.js';
import { shelfFlags } from '../../flags/index.js';
import { renderModel } from '../../ui/models.js';

export default class ModelsShow extends BaseCommand<ModelDetails> {
  static override summary = 'Show the input, accuracy, licence, source and checksums of a network.';
  static override examples = [
    '<%= config.bin %> models:show resnet50',
    '<%= config.bin %> models:show efficientnet-lite0 --json',
  ];
  static override args = {
    name: Args.string({
      ignoreStdin: true,
      description: 'name of a network, as shown by models:list',
      required: true,
    }),
  };
  static override flags = shelfFlags;

  async run(): Promise<ModelDetails> {
    const { args, flags } = await this.parse(ModelsShow);
    const model = await showModel(args.name, shelfOf(flags));
    this.print(renderModel(model));
    return model;
  }
}
