import { MvsError } from '../base/errors.js';
import type { FrameId } from '../frames/frame.js';
import type { Origin } from '../frames/origin.js';
import { frameIdOf } from '../stream/codec.js';
import { decodeDeadLetter } from '../stream/dead-letter-codec.js';
import { weightOf } from '../stream/message.js';
import type { Browsed, Published, Rejected } from '../stream/port.js';

/** A message that was dead-lettered, however often: its origin identifies it. */
export interface DeadLetter {
  /** Its origin as text, for --id. */
  readonly id: string;
  readonly at: Origin;
  readonly deadLetteredAt: Date;
  /** Its position when it was dead-lettered. */
  readonly origin: Origin;
  readonly reason: string;
  /** The group that rejected it first; null for letters of older versions. */
  readonly group: string | null;
  /** The readable parts of the frame's identity. */
  readonly frame: Partial<FrameId>;
  /** Size of the value. */
  readonly bytes: number;
  readonly replayed: boolean;
  readonly discarded: boolean;
}

/** A letter as it is in its topic. */
export interface ReadLetter extends Rejected {
  readonly id: string;
  /** The message is not a dead letter of mvs, and is its own origin. */
  readonly foreign: boolean;
}

export function isOpen({ replayed, discarded }: DeadLetter): boolean {
  return !replayed && !discarded;
}

export function describe(read: ReadLetter, found: Browsed): DeadLetter {
  const { id, message, origin, reason, note } = read;
  return {
    id,
    at: found.origin,
    deadLetteredAt: note?.kept ? new Date(note.kept.deadLetteredAt) : found.publishedAt,
    origin,
    reason,
    group: note?.group ?? null,
    frame: frameIdOf(message),
    bytes: weightOf(message),
    replayed: found.isSettled,
    discarded: false,
  };
}

export function readLetter({ message, origin }: Published): ReadLetter {
  try {
    const letter = decodeDeadLetter(message);
    // A foreign message that was kept is wrapped as a letter from its own topic.
    return { ...letter, id: idOf(letter.origin), foreign: letter.origin.topic === origin.topic };
  } catch (error) {
    if (!(error instanceof MvsError)) throw error;
    return { message, origin, reason: error.message, id: idOf(origin), foreign: true };
  }
}

function idOf({ topic, partition, offset }: Origin): string {
  return `${topic}/${partition}/${offset}`;
}
