/** The stages of the pipeline, as ARCHITECTURE.md draws it. */
export const stages = ['extract', 'publish', 'receive', 'decode_infer', 'store', 'settle'] as const;
export type Stage = (typeof stages)[number];

/** Told when a stage is through with a batch: how long that took, waiting and repeating included, and with how many it was done. */
export type OnStage = (stage: Stage, seconds: number, items: number) => void;

/** Tells how long each item was waited for. Costs one look at the clock a batch, so it is always on. */
export async function* timed<T>(
  items: AsyncIterable<T>,
  took: (seconds: number, item: T) => void,
): AsyncGenerator<T, void, void> {
  let since = performance.now();
  for await (const item of items) {
    took(secondsSince(since), item);
    yield item;
    since = performance.now();
  }
}

/** @param start of performance.now() */
export function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
