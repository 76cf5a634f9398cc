/** The stages of the pipeline; see the diagram in ARCHITECTURE.md. */
export const stages = ['extract', 'publish', 'receive', 'decode_infer', 'store', 'settle'] as const;
export type Stage = (typeof stages)[number];

/** Called when a stage has finished a batch, with the time that it took, including waiting and retries, and the number of items. */
export type OnStage = (stage: Stage, seconds: number, items: number) => void;

/** Measures the time until each item arrives. It reads the clock once per batch, so it is always on. */
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
