import { isOpen, type DeadLetter } from './letter.js';

/** Which dead letters are meant: those that have everything that is given. */
export interface LetterFilter {
  readonly video?: string | undefined;
  /** A part of the reason, in any case. */
  readonly reason?: string | undefined;
  readonly group?: string | undefined;
  /** Dead-lettered at this time or later. */
  readonly since?: Date | undefined;
  /** Dead-lettered before this time. */
  readonly until?: Date | undefined;
  readonly ids?: readonly string[] | undefined;
  /** Only those that were there when the user was asked. */
  readonly among?: ReadonlySet<string> | undefined;
  /** Neither replayed nor discarded. */
  readonly open?: boolean | undefined;
}

export function matchesFilter(letter: DeadLetter, filter: LetterFilter): boolean {
  const { video, reason, group, since, until, ids, among, open } = filter;
  return (
    (video === undefined || letter.frame.video === video) &&
    (reason === undefined || letter.reason.toLowerCase().includes(reason.toLowerCase())) &&
    (group === undefined || letter.group === group) &&
    (since === undefined || letter.deadLetteredAt >= since) &&
    (until === undefined || letter.deadLetteredAt < until) &&
    (ids === undefined || ids.includes(letter.id)) &&
    (among === undefined || among.has(letter.id)) &&
    (open !== true || isOpen(letter))
  );
}

/** True if it means all letters. */
export function isWhole(filter: LetterFilter): boolean {
  return Object.entries(filter).every(([name, value]) => name === 'open' || value === undefined);
}
