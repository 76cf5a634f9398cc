import { batches } from '../base/batch.js';
import type { Log } from '../base/log.js';
import { replayGroupOf } from '../stream/dead-letters.js';
import type { FrameStream } from '../stream/port.js';
import { identified, lettersNamed } from './dead-letters.js';
import { isWhole, matchesFilter, type LetterFilter } from './letter-filter.js';
import { identifier } from './letter-identity.js';
import { describe, isOpen, readLetter, type ReadLetter } from './letter.js';
import { markOf, type Fate } from './letter-mark.js';
import { request, settleThem, type Act, type Judgement, type Pass } from './settle-letters.js';

export interface DealOptions {
  readonly filter?: LetterFilter;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** The dead letters of a stream. */
export interface Letters {
  readonly letters: FrameStream;
  readonly stream: FrameStream;
}

/**
 * Passes the open letters that the filter means to `act`, each once, and settles or marks them when it resolves. So an interrupted pass can
 * be repeated. Letters that arrive meanwhile are left for the next pass.
 * @returns how many letters were dealt with
 */
export async function dealWith(
  parts: Letters,
  fate: Fate,
  { filter = {}, signal, log }: DealOptions,
  act: Act,
): Promise<number> {
  const { letters } = parts;
  const { keepsSettled } = letters.capabilities;
  const tail = await letters.tail();
  if (await tail.settledBy(replayGroupOf(letters.topic))) return 0;
  // A group settles everything before a position. Letters between open ones, and discarded ones, are therefore marked.
  const byMarks = keepsSettled && (fate === 'discarded' || !isWhole(filter));
  const dealt = byMarks
    ? await markThem(parts, fate, { filter, signal }, act)
    : await settleThem(letters, tail, { signal, judge: await judgeBy(letters, filter, signal) }, act);
  log.debug(`${dealt} dead letters ${fate}`);
  return dealt;
}

/** Appends a mark for each letter, and settles nothing until no letter is open. */
async function markThem(
  { letters, stream }: Letters,
  fate: Fate,
  { filter, signal }: { readonly filter: LetterFilter; readonly signal: AbortSignal },
  act: Act,
): Promise<number> {
  const identify = identifier();
  const all = await identified(letters, signal, identify);
  // A reading that ended early may lack marks.
  const open = signal.aborted ? [] : [...all].filter(([, letter]) => isOpen(letter));
  const chosen = open.filter(([, letter]) => matchesFilter(letter, filter)).map(([name]) => name);
  let dealt = 0;
  for await (const batch of batches(lettersNamed(chosen, letters, signal, identify), request)) {
    const read = batch.map(readLetter);
    await act(read);
    await stream.deadLetter(
      read.map((letter) => markOf(letter, fate)),
      signal,
    );
    dealt += read.length;
  }
  if (chosen.length < open.length || dealt === 0 || signal.aborted) return dealt;
  const judge = (read: ReadLetter): Judgement => (all.has(identify(read)) ? 'done' : 'kept');
  await settleThem(letters, await letters.tail(), { signal, judge }, () => Promise.resolve());
  return dealt;
}

/** What happens to each letter, and to each copy of it. */
async function judgeBy(
  letters: FrameStream,
  filter: LetterFilter,
  signal: AbortSignal,
): Promise<Pass['judge']> {
  // Where settled letters are gone, each one that is delivered is open.
  const needed = letters.capabilities.keepsSettled || !isWhole(filter);
  const known = new Map<string, Judgement>();
  const identify = identifier();
  for (const [name, letter] of needed ? await identified(letters, signal, identify) : [])
    known.set(name, !isOpen(letter) ? 'done' : matchesFilter(letter, filter) ? 'chosen' : 'kept');
  return (read, found) => {
    const unknown = () =>
      matchesFilter(describe(read, { ...found, isSettled: false }), filter) ? 'chosen' : 'kept';
    const name = identify(read);
    const judgement = known.get(name) ?? unknown();
    // What is left where it is may be delivered again, and is left again.
    known.set(name, judgement === 'kept' ? 'kept' : 'done');
    return judgement;
  };
}
