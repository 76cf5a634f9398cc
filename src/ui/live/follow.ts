import type { Tally } from './tally.js';

const askMs = 2_000;
/** More than a terminal shows. */
const atMostVideos = 50;

interface Standing {
  readonly stored: number;
  /** Null while nobody knows. */
  readonly expected: number | null;
}

/** Asks every two seconds how far the videos in work are, as other consumers may work on them too. */
export function follow(tally: Tally, standingOf: (video: string) => Promise<Standing>): Disposable {
  let asking = false;
  const ask = async (): Promise<void> => {
    for (const { video } of tally.inWork.slice(0, atMostVideos)) {
      const { stored, expected } = await standingOf(video);
      tally.expect(video, expected, stored);
      if (expected !== null && stored >= expected) tally.end(video);
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
