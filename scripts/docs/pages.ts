import type { Command, Config } from '@oclif/core';
import MvsHelp from '../../src/cli/help.js';

class Page extends MvsHelp {
  of(command: Command.Loadable): string {
    return this.formatCommand(command);
  }
}

/** A page for each command with its help in 100 columns. */
export function pagesOf(config: Config): Map<string, string> {
  const help = new Page(config, { ...config.pjson.oclif.helpOptions, maxWidth: 100, stripAnsi: true });
  return new Map(
    config.commands
      .filter(({ hidden, pluginName }) => !hidden && pluginName === config.pjson.name)
      .map((command) => [command.id, pageOf(command, help.of(command))]),
  );
}

function pageOf({ id, summary = '' }: Command.Loadable, text: string): string {
  const schema = `../schemas/${fileNameOf(id)}.json`;
  return `# mvs ${id}\n\n${summary}\n\n\`\`\`text\n${text.trimEnd()}\n\`\`\`\n\nWhat it prints with \`--json\`: [schema](${schema}).\n`;
}

/** `topic:create` → `topic-create`, because not every system allows colons in file names. */
export function fileNameOf(id: string): string {
  return id.replaceAll(':', '-');
}
