import stringWidth from 'string-width';

export { clock } from '../core/base/text.js';

/** 0.934 → "93.4 %" */
export function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`;
}

/** Bytes in the nearest binary unit: "1.4 MiB". */
export function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, count)) / 10));
  return `${(count / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power] ?? 'B'}`;
}

/** A number per second with one decimal; "0.0" where it is none, as before any time has passed. */
export function rate(value: number): string {
  return Number.isFinite(value) ? value.toFixed(1) : '0.0';
}

/** "just now", "5 min ago", "3 h ago", "12 d ago" */
export function ago(date: Date, now = new Date()): string {
  const minutes = Math.floor((now.getTime() - date.getTime()) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h ago` : `${Math.floor(minutes / (24 * 60))} d ago`;
}

/** Cuts a text to this many terminal columns. */
export function cutTo(columns: number, text: string): string {
  if (stringWidth(text) <= columns) return text;
  let [shown, width] = ['', 1];
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width += stringWidth(segment);
    if (width > columns) break;
    shown += segment;
  }
  return `${shown}…`;
}

/** Names and reasons are untrusted input, and a terminal would interpret their control characters. */
export function harmless(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}
