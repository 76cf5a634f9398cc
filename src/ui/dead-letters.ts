import { isUtf8 } from 'node:buffer';
import type { DeadLetter } from '../core/operate/letter.js';
import { plural } from '../core/base/text.js';
import type { StreamMessage } from '../core/stream/port.js';
import { renderTable } from './table.js';
import { bytes, harmless } from './units.js';

interface Listing {
  readonly topic: string;
  readonly deadLetters: readonly DeadLetter[];
  readonly more: boolean;
}

export function renderDeadLetters({ topic, deadLetters, more }: Listing): string {
  if (deadLetters.length === 0) return `no dead letters in ${topic}`;
  const rows = deadLetters.map((letter) => [
    letter.deadLetteredAt.toISOString(),
    letter.id,
    letter.frame.video ?? null,
    letter.frame.frame ?? null,
    bytes(letter.bytes),
    stateOf(letter),
    letter.reason.replaceAll(/\s+/g, ' '),
  ]);
  const head = ['TIME', 'ORIGIN', 'VIDEO', 'FRAME', 'SIZE', 'STATE', 'REASON'];
  const shown = plural(deadLetters.length, 'dead letter');
  const sum = more ? `the first ${shown} of ${topic}; raise --limit to see more` : `${shown} in ${topic}`;
  return `${renderTable(head, rows)}\n\n${sum}`;
}

function stateOf({ replayed, discarded }: DeadLetter): string {
  if (discarded) return 'discarded';
  return replayed ? 'replayed' : 'open';
}

/** Text, or `base64:…` for other bytes. */
export interface ShownHeader {
  readonly name: string;
  readonly value: string;
}

export function headersOf({ headers, key }: Pick<StreamMessage, 'headers' | 'key'>): {
  headers: ShownHeader[];
  key: string | null;
} {
  const all = [...headers].flatMap(([name, values]) =>
    values.map((value) => ({ name, value: shown(value) })),
  );
  return { headers: all, key: key && shown(key) };
}

function shown(value: Uint8Array): string {
  const buffer = Buffer.from(value);
  return isUtf8(buffer) ? buffer.toString() : `base64:${buffer.toString('base64')}`;
}

export function renderDeadLetter(
  letter: DeadLetter,
  headers: readonly ShownHeader[],
  key: string | null,
): string {
  const { at, frame, reason, group, deadLetteredAt } = letter;
  const lines = [
    ['origin', letter.id],
    ['reason', reason],
    ['state', stateOf(letter)],
    ['rejected', `${deadLetteredAt.toISOString()}${group === null ? '' : ` by ${group}`}`],
    ['video', frame.video ?? '-'],
    ['frame', String(frame.frame ?? '-')],
    ['size', bytes(letter.bytes)],
    ['message', `${at.topic}/${at.partition}/${at.offset}`],
    ['key', key ?? '-'],
    ...headers.map(({ name, value }) => ['header', `${name}: ${value}`]),
  ];
  return lines.map(([name = '', value = '']) => `${name.padEnd(10)}${harmless(value)}`).join('\n');
}

/** The confirmation before dead letters are discarded. */
export function renderDiscard(letters: readonly DeadLetter[], topic: string, server: string): string {
  const videos = new Set(letters.flatMap(({ frame }) => frame.video ?? []));
  const whose = videos.size === 0 ? '' : ` of ${[...videos].slice(0, 10).map(quoted).join(', ')}`;
  const more = videos.size > 10 ? ` and ${videos.size - 10} more videos` : '';
  return `Discard ${plural(letters.length, 'dead letter')}${whose}${more} in ${topic} at ${server}? Their frames will never be stored.`;
}

export function renderDiscarded(discarded: number, topic: string): string {
  return discarded === 0
    ? `no open dead letters to discard in ${topic}`
    : `discarded ${plural(discarded, 'dead letter')} of ${topic}`;
}

function quoted(video: string): string {
  return JSON.stringify(video);
}
