import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';
import { cacheFlags, storeFlags, topicFlags } from '../flags/index.js';
import { openNames } from '../open/names.js';

interface Result {
  readonly names: readonly string[];
}

/** For completion in a shell (src/cli/completion). */
export default class Names extends BaseCommand<Result> {
  static override hidden = true;
  static override summary = 'List names for completion.';
  static override args = {
    kind: Args.string({
      ignoreStdin: true,
      options: ['videos', 'labels', 'topics', 'models', 'versions', 'profiles'],
      required: true,
    }),
  };
  static override flags = {
    before: Flags.string({ description: 'printed before each name', default: '' }),
    starting: Flags.string({ description: 'only names that start with this', default: '' }),
    ...topicFlags,
    ...storeFlags,
    ...cacheFlags,
  };

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Names);
    const all =
      args.kind === 'profiles'
        ? (await this.configuration()).files.flatMap(({ profiles }) => Object.keys(profiles))
        : await openNames(args.kind as 'videos', flags, this.createLog(flags));
    const names = all.filter((name) => name.startsWith(flags.starting));
    for (const name of names) this.print(`${flags.before}${name}`);
    return { names };
  }
}
