import { batches } from '../base/batch.js';
import { runDuring, untilDrained } from '../consume/drain.js';
import { replayGroupOf } from '../stream/dead-letters.js';
import { weightOf } from '../stream/message.js';
import type { Delivery, FrameStream, Published, Tail } from '../stream/port.js';
import { readLetter, type ReadLetter } from './letter.js';
import { markIn } from './letter-mark.js';

const reading = { prefetch: 64, sessionTimeoutMs: 10_000 };
export const request = {
  batchSize: 64,
  lingerMs: 100,
  maxWeight: 1 << 20,
  weigh: ({ message }: Published) => weightOf(message),
};

export type Act = (chosen: readonly ReadLetter[]) => Promise<void>;

export type Judgement = 'chosen' | 'kept' | 'done';

export interface Pass {
  readonly signal: AbortSignal;
  /** Of a letter that is no mark. */
  readonly judge: (read: ReadLetter, found: Published) => Judgement;
}

/** Settles the letters of the tail that are chosen or done: where a group settles positions, up to the first letter that is kept. */
export async function settleThem(
  letters: FrameStream,
  tail: Tail,
  { signal: outer, judge }: Pass,
  act: Act,
): Promise<number> {
  const group = replayGroupOf(letters.topic);
  let dealt = 0;
  return runDuring(
    outer,
    async (signal) => {
      const member = await letters.subscribe({ ...reading, group, signal }).catch((error: unknown) => {
        // Everything was settled before it had joined.
        if (!signal.aborted || outer.aborted) throw error;
      });
      if (!member) return dealt;
      await using _ = member;
      for await (const batch of batches(partOf(tail, member.deliveries), request)) {
        const judged = batch.map((delivery) => {
          const read = readLetter(delivery);
          return { read, delivery, judgement: markIn(read) ? 'done' : judge(read, delivery) } as const;
        });
        const chosen = judged.flatMap(({ judgement, read }) => (judgement === 'chosen' ? read : []));
        if (chosen.length > 0) await act(chosen);
        dealt += chosen.length;
        for (const { judgement, delivery } of judged) {
          if (judgement !== 'kept') delivery.settle();
          else if (letters.capabilities.partitions) return dealt;
          else delivery.leave();
        }
      }
      return dealt;
    },
    (signal) => untilDrained(tail, group, signal),
  );
}

/** Letters after `tail` may be messages that were dead-lettered again in the meantime. They are left for the next time. */
async function* partOf(tail: Tail, deliveries: AsyncIterable<Delivery>): AsyncGenerator<Delivery> {
  for await (const delivery of deliveries) {
    if (tail.includes(delivery)) yield delivery;
    else delivery.leave();
  }
}
