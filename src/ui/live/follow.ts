import type { Log } from '../../core/base/log.js';
import { Standings } from '../../core/answers/standing.js';
import type { RecordStore } from '../../core/store/port.js';
import { withLive, type ProgressStyle } from './live.js';
import type { Tally } from './tally.js';

const askMs = 2_000;
/** More than a terminal shows. */
const atMostVideos = 50;

/** Shows what `tally` counts while `work` runs, and what the database says of the videos in work. */
export async function followed<T>(
  tally: Tally,
  store: RecordStore,
  style: ProgressStyle,
  log: Log,
  work: () => Promise<T>,
): Promise<T> {
  if (style === 'nothing') return work();
  return withLive(tally, style, log, async () => {
    using _ = follow(tally, new Standings(store));
    return await work();
  });
}

/** Asks every two seconds how far the videos in work are, as other consumers may work on them too. */
function follow(tally: Tally, standings: Standings): Disposable {
  let asking = false;
  const ask = async (): Promise<void> => {
    for (const { video } of tally.inWork.slice(0, atMostVideos)) {
      const { stored, expected } = await standings.of(video);
      tally.expect(video, expected, stored);
      if (expected === null || stored < expected) continue;
      tally.end(video);
      standings.forget(video);
    }
  };
  const timer = setInterval(() => {
    if (asking) return;
    asking = true;
    // A database that is away is told by the consumer, which waits for it.
    void ask()
      .catch(() => undefined)
      .finally(() => (asking = false));
  }, askMs);
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer);
    },
  };
}
