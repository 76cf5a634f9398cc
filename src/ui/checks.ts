import { ux } from '@oclif/core';
import type { Check } from '../core/check.js';

/** Told apart without their colours too. */
const marks = {
  ok: () => ux.colorize('green', '✓'),
  warning: () => ux.colorize('yellow', '!'),
  failed: () => ux.colorize('red', '✗'),
} as const;

/** One line for each check, and below it what to do where something should be done. */
export function renderChecks(checks: readonly Check[]): string {
  const width = Math.max(0, ...checks.map(({ name }) => name.length));
  return checks
    .flatMap(({ name, state, detail, hint }) => [
      `${marks[state]()} ${name.padEnd(width)}  ${oneLine(detail)}`,
      ...(hint === undefined ? [] : [`${' '.repeat(width + 4)}→ ${oneLine(hint)}`]),
    ])
    .join('\n');
}

/** What others wrote may hold control characters, which a terminal would obey. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').trim();
}
