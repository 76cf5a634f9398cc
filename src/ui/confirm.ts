import { createInterface } from 'node:readline/promises';
import { MvsError } from '../core/base/errors.js';
import { isSmart } from './terminal.js';
import { harmless } from './units.js';

/** Asks on the terminal. @throws MvsError USAGE without a terminal, DECLINED if the answer is not yes, INTERRUPTED on Ctrl-C. */
export async function confirm(question: string, flag: string): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new MvsError('USAGE', 'cannot ask for confirmation: stdin is not a terminal', {
      hint: `Use ${flag} to skip the confirmation.`,
    });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr, terminal: isSmart() });
  // Ctrl-D closes it, which means no.
  const end = new AbortController();
  let code: 'DECLINED' | 'INTERRUPTED' = 'DECLINED';
  terminal
    .once('SIGINT', () => {
      code = 'INTERRUPTED';
      terminal.close();
    })
    .once('close', () => {
      end.abort();
    });
  try {
    const answer = await terminal.question(`${harmless(question)} [y/N] `, end).catch(() => '');
    if (!/^y(es)?$/i.test(answer.trim())) throw new MvsError(code, 'nothing was changed');
  } finally {
    terminal.close();
  }
}
