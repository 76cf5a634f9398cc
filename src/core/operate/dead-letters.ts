import { frameIdOf } from '../stream/codec.js';
import { decodeDeadLetter } from '../stream/dead-letter-codec.js';
import { MvsError } from '../base/errors.js';
import type { FrameId } from '../frames/frame.js';
import { messagesIn } from './lag.js';
import { identifier } from './letter-identity.js';
import { weightOf } from '../stream/message.js';
import { replayGroupOf } from '../stream/dead-letters.js';
import type { Origin } from '../frames/origin.js';
import type { Browsed, FrameStream, Published, Rejected, StreamMessage } from '../stream/port.js';

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

/** Time limit for reading the open letters, which are usually few. */
const countMs = 4_000;

/** The number of letters that were neither replayed nor discarded; null if the stream does not count its messages. */
export async function countWaiting(letters: FrameStream, patienceMs = countMs): Promise<number | null> {
  const found = await letters.lag(replayGroupOf(letters.topic));
  if (!found.counted) return null;
  const waiting = messagesIn(found.partitions);
  if (waiting === 0) return 0;
  const signal = AbortSignal.timeout(patienceMs);
  const all = await listDeadLetters(letters, signal).catch(() => undefined);
  // A listing that did not end in time lacks letters. The other number has the copies of letters that were dead-lettered again.
  return all === undefined || signal.aborted ? waiting : all.filter(isOpen).length;
}

/** The letters that are in the topic now, each once, in the order in which they were dead-lettered first. */
export async function listDeadLetters(letters: FrameStream, signal: AbortSignal): Promise<DeadLetter[]> {
  return [...(await identified(letters, signal, identifier())).values()];
}

/** The same, by what `identify` says of each. */
export async function identified(
  letters: FrameStream,
  signal: AbortSignal,
  identify: (read: ReadLetter) => string,
): Promise<Map<string, DeadLetter>> {
  const known = new Map<string, Known>();
  for await (const found of letters.browse(replayGroupOf(letters.topic), signal)) {
    const read = readLetter(found);
    const name = identify(read);
    known.set(name, merged(known.get(name), read, found));
  }
  return new Map([...known].flatMap(([name, { letter }]) => (letter ? [[name, letter] as const] : [])));
}

interface Known {
  /** Undefined if only the mark of a discarded letter is left. */
  readonly letter: DeadLetter | undefined;
  readonly discarded: boolean;
  /** When the newest copy was appended again. */
  readonly keptAt: number;
}

/** A copy that was kept replaces those before it. Any other copy is of a message that was dead-lettered again: nothing new. */
function merged(known: Known | undefined, read: ReadLetter, found: Browsed): Known {
  const { note } = read;
  const { letter, discarded = false, keptAt = 0 } = known ?? {};
  if (note?.discarded === true)
    return { letter: letter && { ...letter, replayed: false, discarded: true }, discarded: true, keptAt };
  const at = note?.kept?.at ?? 0;
  if (letter && at <= keptAt) return { letter, discarded, keptAt };
  return { letter: describe(read, found, discarded), discarded, keptAt: at };
}

export function describe(read: ReadLetter, found: Browsed, discarded = false): DeadLetter {
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
    replayed: found.isSettled && !discarded,
    discarded,
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

/** A letter with its message as it was, the newest of those with this origin; undefined if it is not in the topic. */
export async function findDeadLetter(
  letters: FrameStream,
  id: string,
  signal: AbortSignal,
): Promise<{ readonly letter: DeadLetter; readonly message: StreamMessage } | undefined> {
  const identify = identifier();
  const namesakes = [...(await identified(letters, signal, identify))].filter(([, each]) => each.id === id);
  const [name, letter] = namesakes.at(-1) ?? [];
  if (!letter) return undefined;
  for await (const found of letters.browse(replayGroupOf(letters.topic), signal)) {
    const read = readLetter(found);
    if (identify(read) === name && read.note?.discarded !== true) return { letter, message: read.message };
  }
  return undefined;
}
