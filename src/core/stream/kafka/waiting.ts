import type { Admin } from 'kafkajs';
import { unlessAborted } from '../../base/abort.js';

/** In ms. More than ten years is no age: it means that the first message of the partition cannot be found. */
const [youngest, eldest] = [100, 10 * 365 * 86_400_000];
/** Close enough for an age: 2 %. */
const close = 1.02;
/** When the time is up, an age that is narrowed down to this factor is good enough to report. */
const rough = 3;
/** Questions that are asked at the same time; each costs the broker a look into an index. */
const perRound = 24;

/** Between which ages a message must be. */
interface Bounds {
  readonly partition: number;
  readonly offset: bigint;
  readonly young: number;
  readonly old: number;
}

/**
 * When messages were published, by partition; without those for which `waitMs` did not suffice.
 *
 * Kafka finds the offset for a time and not the reverse, so the time is narrowed down, for all partitions with the same
 * questions. A fetch would take a group, or kafkajs' internals, and carry a batch of pictures for each partition.
 */
export async function publishedAt(
  admin: Admin,
  topic: string,
  offsets: ReadonlyMap<number, bigint>,
  waitMs: number,
): Promise<Map<number, Date>> {
  const now = Date.now();
  const limit = AbortSignal.timeout(waitMs);
  let bounds = Array.from(offsets, ([partition, offset]): Bounds => ({
    ...{ partition, offset },
    ...{ young: youngest, old: eldest },
  }));
  try {
    for (let ages = questions(bounds); ages.length > 0; ages = questions(bounds)) {
      const answers = await unlessAborted(askAll(admin, topic, now, ages), limit);
      bounds = bounds.map((each) => narrowed(each, answers));
    }
  } catch (error) {
    if (!limit.aborted) throw error;
  }
  const found = bounds.filter(({ young, old }) => old < eldest && old / young <= rough);
  return new Map(
    found.map(({ partition, young, old }) => [partition, new Date(now - Math.sqrt(young * old))]),
  );
}

/** Ages that divide what is open evenly, in ratios: a day is known to some minutes, a second to some milliseconds. */
function questions(bounds: readonly Bounds[]): number[] {
  const open = new Map(
    bounds.filter(({ young, old }) => old / young > close).map((each) => [each.young / each.old, each]),
  );
  const parts = Math.max(2, Math.floor(perRound / Math.max(1, open.size)) + 1);
  const ages = [...open.values()].flatMap(({ young, old }) =>
    Array.from({ length: parts - 1 }, (_, i) => young * (old / young) ** ((i + 1) / parts)),
  );
  return [...new Set(ages)];
}

/** The first offset of each partition that is at most so old, by age. */
type Answers = ReadonlyMap<number, ReadonlyMap<number, bigint>>;

async function askAll(admin: Admin, topic: string, now: number, ages: readonly number[]): Promise<Answers> {
  const ask = async (age: number) => {
    const rows = await admin.fetchTopicOffsetsByTimestamp(topic, Math.round(now - age));
    return [age, new Map(rows.map(({ partition, offset }) => [partition, BigInt(offset)]))] as const;
  };
  return new Map(await Promise.all(ages.map(ask)));
}

function narrowed(bounds: Bounds, answers: Answers): Bounds {
  let { young, old } = bounds;
  for (const [age, firsts] of answers) {
    const first = firsts.get(bounds.partition);
    if (first === undefined) continue;
    if (first <= bounds.offset) old = Math.min(old, age);
    else young = Math.max(young, age);
  }
  return { ...bounds, young, old };
}
