import type { FindCursor } from 'mongodb';
import { storeError } from './mongo-errors.js';

export async function* reading<T>(video: string, cursor: FindCursor<T>): AsyncGenerator<T> {
  try {
    yield* named(video, cursor);
  } finally {
    await cursor.close();
  }
}

/** What is read of a video; a failure names it. */
export async function* named<T>(video: string, read: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* read;
  } catch (error) {
    throw storeError(error, `reading ${video}`);
  }
}
