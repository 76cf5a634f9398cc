import { basename } from 'node:path';
import { Args } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.js';
import { pullModel } from '../../core/models/pull.js';
import { shelfOf } from '../../core/models/shelf.js';
import { shelfFlags } from '../../flags/index.js';
import { withProgress } from '../../ui/progress.js';

interface Result {
  /** What --model takes from now on. */
  name: string;
  folder: string;
  /** False where the cache had it whole. */
  downloaded: boolean;
}

export default class ModelsPull extends BaseCommand<Result> {
  static override summary = 'Download a network into the cache and check it.';
  static override description =
    'A URL points to an .onnx file, a model.yaml or the model.json of a TensorFlow.js folder; append #sha256=… to check that file. A network that is already in the cache is only downloaded again if it is damaged.';
  static override examples = [
    '<%= config.bin %> models:pull resnet50',
    '<%= config.bin %> models:pull https://example.com/nets/pets/model.yaml',
  ];
  static override args = {
    model: Args.string({ ignoreStdin: true, description: 'name of a preset, or URL', required: true }),
  };
  static override flags = shelfFlags;

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(ModelsPull);
    const downloads: string[] = [];
    const show = this.progressStyle(flags) === 'lines';
    const folder = await withProgress('looking for the network', show, (progress) =>
      pullModel(args.model, {
        shelf: shelfOf(flags),
        signal: this.interrupt,
        onDownload: (address) => {
          downloads.push(address);
          progress.update(`downloading ${address}`);
        },
      }),
    );
    const [name, downloaded] = [basename(folder), downloads.length > 0];
    this.print(
      `${name} is ${downloaded ? 'downloaded' : 'already in the cache'}; use it with --model ${name}`,
    );
    return { name, folder, downloaded };
  }
}
