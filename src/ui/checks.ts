import { createColors } from 'picocolors';
import stringWidth from 'string-width';
import type { Check } from '../core/base/check.js';
import type { Screen } from './timeline.js';
import { harmless } from './units.js';

/** Distinguishable without colours too. */
const marks = {
  ok: ['✓', 'green'],
  warning: ['!', 'yellow'],
  failed: ['✗', 'red'],
} as const;

/** A line for each check, followed by its hint, if any. Long lines are wrapped at words. */
export function renderChecks(checks: readonly Check[], { columns, colour }: Screen): string {
  const colors = createColors(colour);
  const width = Math.max(0, ...checks.map(({ name }) => name.length));
  const [indent, room] = [width + 4, columns - width - 4];
  return checks
    .flatMap(({ name, state, detail, hint }) => {
      const [mark, tint] = marks[state];
      const found = indented(harmless(detail).trim(), room, indent);
      const advice = hint === undefined ? [] : [indented(harmless(hint).trim(), room - 2, indent + 2)];
      return [
        `${colors[tint](mark)} ${name.padEnd(width)}  ${found}`,
        ...advice.map((text) => `${' '.repeat(indent)}→ ${text}`),
      ];
    })
    .join('\n');
}

function indented(text: string, room: number, indent: number): string {
  return wrap(text, room).join(`\n${' '.repeat(indent)}`);
}

/** Wraps at words. Only a word that is longer than `width` exceeds it. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length > 0 && stringWidth(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
