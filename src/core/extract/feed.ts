import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ChosenFrames } from './chosen-frames.js';

/** What a process reads from stdin, and whether it may still come. */
export interface Feed {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Changes while bytes are on their way. */
  readonly pulse: () => unknown;
  /** Numbers that the process prints. */
  readonly chosen: ChosenFrames;
}

/** Never rejects. A process that reads no further is no error here. */
export async function fed(bytes: AsyncIterable<Uint8Array>, stdin: Writable): Promise<unknown> {
  let failed: unknown;
  const watched = async function* (): AsyncGenerator<Uint8Array, void, void> {
    try {
      yield* bytes;
    } catch (error) {
      failed = error;
    }
  };
  await pipeline(watched, stdin).catch(() => undefined);
  return failed;
}
