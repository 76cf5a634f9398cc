import { ux } from '@oclif/core';
import type { Check } from '../core/check.js';
import { harmless } from './units.js';

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
      `${marks[state]()} ${name.padEnd(width)}  ${harmless(detail).trim()}`,
      ...(hint === undefined ? [] : [`${' '.repeat(width + 4)}→ ${harmless(hint).trim()}`]),
    ])
    .join('\n');
}
