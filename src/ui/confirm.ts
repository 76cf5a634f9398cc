import { createInterface } from 'node:readline/promises';
import { MvsError } from '../core/base/errors.js';
import { harmless } from './units.js';

/** Asks on the terminal. @throws MvsError USAGE without a terminal, INTERRUPTED if the answer is not yes. */
export async function confirm(question: string, flag: string): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new MvsError('USAGE', 'cannot ask for confirmation: stdin is not a terminal', {
      hint: `Use ${flag} to skip the confirmation.`,
    });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // Ctrl-C and Ctrl-D mean no.
    const answer = await terminal.question(`${harmless(question)} [y/N] `).catch(() => '');
    if (!/^y(es)?$/i.test(answer.trim())) throw new MvsError('INTERRUPTED', 'nothing was changed');
  } finally {
    terminal.close();
  }
}
