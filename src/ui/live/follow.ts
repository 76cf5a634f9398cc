import type { Log } from '../../core/base/log.js';
import { Standings } from '../../core/answers/standing.js';
import type { RecordStore } from '../../core/store/port.js';
import { withLive, type ProgressStyle } from './live.js';
import type { Tally } from './tally.js';

const askMs = 2_000;
/** More videos than a terminal shows. */
const atMostVideos = 50;

/** Shows the counts of `tally` while `work` runs, with the progress of active videos from the database. */
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

/** Reads the progress of active videos every two seconds, because other consumers may process them too. */
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
    // The consumer reports an unavailable database and waits for it.
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
