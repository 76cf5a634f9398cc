/** The stages of the pipeline; see the diagram in ARCHITECTURE.md. */
export const stages = ['extract', 'publish', 'receive', 'decode_infer', 'store', 'settle'] as const;
export type Stage = (typeof stages)[number];

/** Called when a stage has finished a batch, with the seconds that it took (waits and retries included) and the number of items. */
export type OnStage = (stage: Stage, seconds: number, items: number) => void;

/** @param start a value of `performance.now()` */
export function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
