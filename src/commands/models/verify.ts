import { Args } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.js';
import { shelfOf } from '../../core/models/shelf.js';
import { verifyModels, type VerifiedModel } from '../../core/models/verify.js';
import { shelfFlags } from '../../flags/index.js';
import { renderVerifiedModels } from '../../ui/models.js';

interface Result {
  models: readonly VerifiedModel[];
}

export default class ModelsVerify extends BaseCommand<Result> {
  static override summary = 'Compare the files of the networks on this machine with their checksums.';
  static override description = 'Exits with 78 if a file is damaged or missing. Downloads nothing.';
  static override examples = [
    '<%= config.bin %> models:verify',
    '<%= config.bin %> models:verify efficientnet-lite0 --json',
  ];
  static override strict = false;
  static override args = {
    names: Args.string({
      ignoreStdin: true,
      description: 'names of networks, as shown by models:list [default: all on this machine]',
    }),
  };
  static override flags = shelfFlags;

  async run(): Promise<Result> {
    const { argv, flags } = await this.parse(ModelsVerify);
    const models = await verifyModels(argv as string[], shelfOf(flags));
    this.print(renderVerifiedModels(models));
    if (models.some(({ problems }) => problems.length > 0)) process.exitCode = 78;
    return { models };
  }
}
