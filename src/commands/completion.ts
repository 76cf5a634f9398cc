import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Args } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';
import { quotedFor } from '../cli/completion/quoted.js';

const shells = ['bash', 'zsh', 'fish'] as const;

interface Result {
  readonly shell: string;
  readonly script: string;
}

export default class Completion extends BaseCommand<Result> {
  /** Its name in earlier versions. */
  static override hiddenAliases = ['autocomplete'];
  static override summary = 'Print the script that completes commands, flags, files and names in a shell.';
  static override description =
    'bash: put "source <(mvs completion bash)" into ~/.bashrc. zsh: put "source <(mvs completion zsh)" into ~/.zshrc, after compinit. fish: put "mvs completion fish | source" into ~/.config/fish/config.fish. The names of videos and topics are completed if their server answers within two seconds.';
  static override examples = [
    'source <(<%= config.bin %> completion bash)',
    '<%= config.bin %> completion zsh > ~/.zfunc/_mvs',
    '<%= config.bin %> completion fish | source',
  ];
  static override args = {
    shell: Args.string({
      ignoreStdin: true,
      options: [...shells],
      default: shellInUse,
      description: 'the shell [default: that of $SHELL]',
    }),
  };

  async run(): Promise<Result> {
    const { args } = await this.parse(Completion);
    const shell = args.shell;
    const text = await readFile(join(this.config.root, 'assets', 'completion', `mvs.${shell}`), 'utf8');
    // For a shell that does not find mvs on its PATH.
    const program = quotedFor(shell, join(this.config.root, 'bin', 'run.js'));
    const script = text.replaceAll('@PROGRAM@', () => program);
    this.print(script.trimEnd());
    return { shell, script };
  }
}

function shellInUse(): Promise<string> {
  const name = process.env.SHELL?.replace(/.*\//, '');
  return Promise.resolve(shells.find((shell) => shell === name) ?? 'bash');
}
