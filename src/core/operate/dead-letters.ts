import { MvsError } from '../base/errors.js';
import { replayGroupOf } from '../stream/dead-letters.js';
import type { Browsed, FrameStream, Published, StreamMessage } from '../stream/port.js';
import { messagesIn } from './lag.js';
import { identifier, type Identify } from './letter-identity.js';
import { markIn, type Fate } from './letter-mark.js';
import { describe, isOpen, readLetter, type DeadLetter, type ReadLetter } from './letter.js';

export interface Waiting {
  /** Letters that were neither replayed nor discarded. */
  readonly count: number;
  /** False: there are no more than that. Counting them takes too long. */
  readonly exact: boolean;
}

/** What `countWaiting` reads at most, because payloads are read too. */
const usually = { patienceMs: 4_000, mostRead: 1_000 };

/** Null if the stream does not count its messages. */
export async function countWaiting(letters: FrameStream, limits = usually): Promise<Waiting | null> {
  const group = replayGroupOf(letters.topic);
  const lag = await letters.lag(group);
  if (!lag.counted) return null;
  // Copies of letters that were dead-lettered again, and letters with a mark, are among these.
  const waiting = messagesIn(lag.partitions);
  if (waiting === 0) return { count: 0, exact: true };
  const most = { count: waiting, exact: false };
  if (waiting > limits.mostRead) return most;
  const signal = AbortSignal.timeout(limits.patienceMs);
  let left = limits.mostRead;
  const some = async function* (): AsyncGenerator<Browsed> {
    for await (const found of letters.browse(group, signal)) {
      if (left-- === 0) return;
      yield found;
    }
  };
  const all = await gathered(some(), identifier()).catch(() => undefined);
  // Marks may be among what was not read.
  if (all === undefined || left < 0 || signal.aborted) return most;
  return { count: [...all.values()].filter(isOpen).length, exact: true };
}

/** The letters that are in the topic now, each once, in the order in which they were dead-lettered first. */
export async function listDeadLetters(letters: FrameStream, signal: AbortSignal): Promise<DeadLetter[]> {
  return [...(await identified(letters, signal, identifier())).values()];
}

/** The same, by what `identify` says of each. */
export function identified(
  letters: FrameStream,
  signal: AbortSignal,
  identify: Identify,
): Promise<Map<string, DeadLetter>> {
  return gathered(letters.browse(replayGroupOf(letters.topic), signal), identify);
}

async function gathered(all: AsyncIterable<Browsed>, identify: Identify): Promise<Map<string, DeadLetter>> {
  const known = new Map<string, Known>();
  for await (const found of all) {
    const read = readLetter(found);
    const name = identify(read);
    known.set(name, merged(known.get(name), read, found));
  }
  return new Map([...known].flatMap(([name, { letter }]) => (letter ? [[name, letter] as const] : [])));
}

/** The letters themselves, each once, until all of these names were found. */
export async function* lettersNamed(
  names: Iterable<string>,
  letters: FrameStream,
  signal: AbortSignal,
  identify: Identify,
): AsyncGenerator<Published> {
  const missing = new Set(names);
  if (missing.size === 0) return;
  for await (const found of letters.browse(replayGroupOf(letters.topic), signal)) {
    const read = readLetter(found);
    const name = identify(read);
    if (markIn(read) === undefined && missing.delete(name)) yield found;
    if (missing.size === 0) return;
  }
}

interface Known {
  /** Undefined if only the mark of the letter is left. */
  readonly letter: DeadLetter | undefined;
  readonly fate: Fate | undefined;
  /** When the newest copy was appended again. */
  readonly keptAt: number;
}

/**
 * A copy of an older version that was kept replaces those before it. Any other copy is of a message that was dead-lettered again: nothing
 * new. Marks may be read before their letter.
 */
function merged(known: Known | undefined, read: ReadLetter, found: Browsed): Known {
  const { letter, fate, keptAt = 0 } = known ?? {};
  const mark = markIn(read);
  if (mark !== undefined) {
    const latest = fate === 'discarded' ? fate : mark;
    return { letter: letter && withFate(letter, latest), fate: latest, keptAt };
  }
  const at = read.note?.kept?.at ?? 0;
  if (letter && at <= keptAt) return { letter, fate, keptAt };
  return { letter: withFate(describe(read, found), fate), fate, keptAt: at };
}

function withFate(letter: DeadLetter, fate: Fate | undefined): DeadLetter {
  if (fate === undefined) return letter;
  return { ...letter, replayed: fate === 'replayed', discarded: fate === 'discarded' };
}

/** The error for a letter that is not in its topic. */
export function noSuchLetter(id: string, topic: string): MvsError {
  return new MvsError('USAGE', `${topic} has no dead letter ${JSON.stringify(id)}`, {
    hint: 'List the dead letters with "mvs dlq:list", and give the ORIGIN of one.',
  });
}

/** A letter with its message as it was, the newest of those with this origin; undefined if it is not in the topic. */
export async function findDeadLetter(
  letters: FrameStream,
  id: string,
  signal: AbortSignal,
): Promise<{ readonly letter: DeadLetter; readonly message: StreamMessage } | undefined> {
  const identify = identifier();
  const namesakes = [...(await identified(letters, signal, identify))].filter(([, each]) => each.id === id);
  const [name = '', letter] = namesakes.at(-1) ?? [];
  if (!letter) return undefined;
  for await (const found of lettersNamed([name], letters, signal, identify))
    return { letter, message: readLetter(found).message };
  return undefined;
}
