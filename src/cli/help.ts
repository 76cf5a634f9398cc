import { CommandHelp, Help } from '@oclif/core';
import { helpGroups } from '../flags/grouped.js';

/** Examples follow the usage, because most users look for a line to copy. */
class ExamplesFirst extends CommandHelp {
  protected override sections(): ReturnType<CommandHelp['sections']> {
    const [usage, ...others] = super.sections();
    const examples = others.filter(({ header }) => header === 'EXAMPLES');
    const rest = others.filter(({ header }) => header !== 'EXAMPLES');
    return [...(usage ? [usage] : []), ...examples, ...rest];
  }

  /** Groups of flags come in the order of the work, not in that of their first flag. */
  protected override groupFlags(
    ...flags: Parameters<CommandHelp['groupFlags']>
  ): ReturnType<CommandHelp['groupFlags']> {
    const { flagGroups, mainFlags } = super.groupFlags(...flags);
    const rank = (name: string): number => helpGroups.findIndex((group) => group === name);
    const inOrder = Object.entries(flagGroups).sort(([a], [b]) => rank(a) - rank(b));
    return { mainFlags, flagGroups: Object.fromEntries(inOrder) };
  }

  protected override defaultUsage(): string {
    return `${super.defaultUsage()} [flags]`;
  }
}

export default class MvsHelp extends Help {
  protected override CommandHelpClass = ExamplesFirst;

  override async showHelp(argv: string[]): Promise<void> {
    const asked = argv.find((argument) => !['help', '--help', '-h'].includes(argument)) ?? '';
    // Otherwise, oclif's condition for the help of the root.
    const named = /^[^-]/.test(asked) ? asked : undefined;
    const { config } = this;
    if (named === undefined || config.findCommand(named) || config.findTopic(named))
      return super.showHelp(argv);
    const { noSuchCommand } = await import('./no-such-command.js');
    await noSuchCommand(named, argv, config);
  }
}
