import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';
import { labelTree, type LabelTree } from '../core/answers/labels.js';
import { homeFlags, storeFlags } from '../flags/index.js';
import { versionFlags } from '../flags/version.js';
import { openHierarchy } from '../open/hierarchy.js';
import { openResults } from '../open/store.js';
import { renderLabels } from '../ui/labels.js';
import { page } from '../ui/timeline.js';

export default class Labels extends BaseCommand<LabelTree> {
  static override summary =
    'List the concepts and classes that --label understands, with their frames in the database.';
  static override description =
    'Concepts are shown as a tree. Without a text, only what is in the database is listed. The frames are those that --label finds: their best label, or with a detector any object, is the class or one below the concept.';
  static override examples = [
    '<%= config.bin %> labels',
    '<%= config.bin %> labels dog',
    '<%= config.bin %> labels --all | less',
    '<%= config.bin %> labels --model efficientnet-lite0-int8 --json',
  ];
  static override args = {
    text: Args.string({
      ignoreStdin: true,
      description: 'a concept, words of a label, or a pattern, as in --label',
    }),
  };
  static override flags = {
    all: Flags.boolean({ description: 'also list what no frame shows' }),
    ...versionFlags,
    ...homeFlags,
    ...storeFlags,
  };

  async run(): Promise<LabelTree> {
    const { args, flags } = await this.parse(Labels);
    const log = this.createLog(flags);
    await using store = await openResults(flags, log);
    const tree = await labelTree(store, await openHierarchy(store, flags, log), { ...args, all: flags.all });
    this.print(renderLabels(tree, page().columns, flags.model));
    return tree;
  }
}
