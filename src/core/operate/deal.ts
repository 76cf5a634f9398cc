import { setTimeout as sleep } from 'node:timers/promises';
import { batches } from '../base/batch.js';
import type { Log } from '../base/log.js';
import { runDuring, untilDrained } from '../consume/drain.js';
import { replayGroupOf } from '../stream/dead-letters.js';
import { weightOf } from '../stream/message.js';
import type { Delivery, FrameStream, Published, Tail } from '../stream/port.js';
import { describe, identified, isOpen, readLetter, type ReadLetter } from './dead-letters.js';
import { isWhole, matchesFilter, type LetterFilter } from './letter-filter.js';
import { identifier } from './letter-identity.js';

const betweenCopiesMs = 500;
const reading = { prefetch: 64, sessionTimeoutMs: 10_000 };
export const request = {
  batchSize: 64,
  lingerMs: 100,
  maxWeight: 1 << 20,
  weigh: ({ message }: Published) => weightOf(message),
};

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

interface Outcome {
  readonly dealt: number;
  /** Open letters that the filter does not mean. */
  readonly kept: number;
}

/**
 * Passes the open letters that the filter means to `act`, each once, and settles them when it resolves. So an interrupted pass can be
 * repeated. Letters that arrive meanwhile are left for the next pass.
 */
export async function dealWith(
  { letters, stream }: Letters,
  { filter = {}, signal: outer, log }: DealOptions,
  act: (chosen: readonly ReadLetter[], total: number) => Promise<void>,
): Promise<Outcome> {
  const group = replayGroupOf(letters.topic);
  const tail = await letters.tail();
  const outcome = { dealt: 0, kept: 0 };
  if (await tail.settledBy(group)) return outcome;
  const fateOf = await fates(letters, filter, outer);
  const copies = new Copies();
  return runDuring(
    outer,
    async (signal) => {
      const member = await letters.subscribe({ ...reading, group, signal }).catch((error: unknown) => {
        // Everything was settled before it had joined.
        if (!signal.aborted || outer.aborted) throw error;
      });
      if (!member) return outcome;
      await using _ = member;
      for await (const batch of batches(partOf(tail, member.deliveries), request)) {
        const judged = batch.map((delivery) => {
          const read = readLetter(delivery);
          const isCopy = copies.has(read);
          return { read, delivery, isCopy, fate: isCopy ? 'kept' : fateOf(read, delivery) } as const;
        });
        const chosen = judged.flatMap(({ fate, read }) => (fate === 'chosen' ? read : []));
        if (chosen.length > 0) await act(chosen, (outcome.dealt += chosen.length));
        const kept = judged.filter(({ fate }) => fate === 'kept');
        outcome.kept += kept.filter(({ isCopy }) => !isCopy).length;
        if (letters.capabilities.partitions) await copies.append(stream, kept, outer);
        for (const { fate, delivery } of judged) {
          if (fate === 'kept' && !letters.capabilities.partitions) delivery.leave();
          else delivery.settle();
        }
      }
      log.debug(`${outcome.dealt} dead letters dealt with, ${outcome.kept} kept`);
      return outcome;
    },
    (signal) => untilDrained(tail, group, signal),
  );
}

interface Open {
  readonly read: ReadLetter;
  readonly delivery: Delivery;
  readonly isCopy: boolean;
}

type Fate = 'chosen' | 'kept' | 'done';

/** What happens to each letter, and to each copy of it. */
async function fates(
  letters: FrameStream,
  filter: LetterFilter,
  signal: AbortSignal,
): Promise<(read: ReadLetter, found: Published) => Fate> {
  // Where settled letters are gone, each one that is delivered is open.
  const needed = letters.capabilities.keepsSettled || !isWhole(filter);
  const known = new Map<string, Fate>();
  const identify = identifier();
  for (const [name, letter] of needed ? await identified(letters, signal, identify) : [])
    known.set(name, !isOpen(letter) ? 'done' : matchesFilter(letter, filter) ? 'chosen' : 'kept');
  return (read, found) => {
    if (read.note?.discarded === true) return 'done';
    const unknown = () =>
      matchesFilter(describe(read, { ...found, isSettled: false }), filter) ? 'chosen' : 'kept';
    const name = identify(read);
    const fate = known.get(name) ?? unknown();
    // What is left where it is may be delivered again, and is left again.
    known.set(name, fate === 'kept' && !letters.capabilities.partitions ? 'kept' : 'done');
    return fate;
  };
}

/** A group settles everything before a position. An open letter among those that are settled is therefore appended again. */
class Copies {
  /** The origin of each copy's message, and when the copy was made. */
  readonly #made = new Set<string>();

  /** Kinesis' tail is known by time only, and may include copies that this pass has appended. They are open. */
  has({ id, note }: ReadLetter): boolean {
    return note?.kept !== undefined && this.#made.has(`${id}@${note.kept.at}`);
  }

  async append(stream: FrameStream, kept: readonly Open[], signal: AbortSignal): Promise<void> {
    if (kept.length === 0) return;
    // Until the copies are later than the tail.
    if (kept.some(({ isCopy }) => isCopy)) await sleep(betweenCopiesMs, undefined, { signal });
    const again = kept.map(({ read: { id, message, origin, reason, note }, delivery }) => {
      const deadLetteredAt = note?.kept?.deadLetteredAt ?? delivery.publishedAt.getTime();
      // Later than the copy before it, whatever the clock of the machine that appended that one.
      const at = Math.max(Date.now(), (note?.kept?.at ?? 0) + 1);
      this.#made.add(`${id}@${at}`);
      return { message, origin, reason, note: { ...note, kept: { deadLetteredAt, at } } };
    });
    await stream.deadLetter(again, signal);
  }
}

/** Letters after `tail` may be messages that were dead-lettered again in the meantime. They are left for the next time. */
async function* partOf(tail: Tail, deliveries: AsyncIterable<Delivery>): AsyncGenerator<Delivery> {
  for await (const delivery of deliveries) {
    if (tail.includes(delivery)) yield delivery;
    else delivery.leave();
  }
}
