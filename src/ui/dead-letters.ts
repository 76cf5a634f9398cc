import type { DeadLetter } from '../core/operate/dead-letters.js';
import { plural } from '../core/base/text.js';
import { renderTable } from './table.js';
import { bytes } from './units.js';

interface Listing {
  readonly topic: string;
  readonly deadLetters: readonly DeadLetter[];
  readonly more: boolean;
}

export function renderDeadLetters({ topic, deadLetters, more }: Listing): string {
  if (deadLetters.length === 0) return `no dead letters in ${topic}`;
  const rows = deadLetters.map(({ deadLetteredAt, origin, frame, bytes: size, replayed, reason }) => [
    deadLetteredAt.toISOString(),
    `${origin.topic}/${origin.partition}/${origin.offset}`,
    frame.video ?? null,
    frame.frame ?? null,
    bytes(size),
    replayed ? 'replayed' : 'open',
    reason.replaceAll(/\s+/g, ' '),
  ]);
  const head = ['TIME', 'ORIGIN', 'VIDEO', 'FRAME', 'SIZE', 'STATE', 'REASON'];
  const shown = plural(deadLetters.length, 'dead letter');
  const sum = more ? `the first ${shown} of ${topic}; raise --limit to see more` : `${shown} in ${topic}`;
  return `${renderTable(head, rows)}\n\n${sum}`;
}
