import { canRedraw } from './terminal.js';

export interface Progress {
  readonly update: (text: string) => void;
}

const noProgress: Progress = { update: () => undefined };

/** Shows a spinner on stderr while `work` runs. Only on a terminal, so that logs and `--json` stay clean. */
export async function withProgress<T>(
  text: string,
  enabled: boolean,
  work: (progress: Progress) => Promise<T>,
): Promise<T> {
  if (!enabled || !canRedraw(process.stderr)) return work(noProgress);
  const { default: ora } = await import('ora');
  const spinner = ora({ text, stream: process.stderr, discardStdin: false }).start();
  try {
    return await work({
      update: (next) => {
        spinner.text = next;
      },
    });
  } finally {
    spinner.stop();
  }
}
