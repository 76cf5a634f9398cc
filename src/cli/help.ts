import { CommandHelp, Help } from '@oclif/core';

/** Examples follow the usage, because most users look for a line to copy. */
class ExamplesFirst extends CommandHelp {
  protected override sections(): ReturnType<CommandHelp['sections']> {
    const [usage, ...others] = super.sections();
    const examples = others.filter(({ header }) => header === 'EXAMPLES');
    const rest = others.filter(({ header }) => header !== 'EXAMPLES');
    return [...(usage ? [usage] : []), ...examples, ...rest];
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
