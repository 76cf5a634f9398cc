import { MongoBulkWriteError, type Collection, type OptionalUnlessRequiredId } from 'mongodb';
import type { FrameDocument } from './mongo-documents.js';
import { duplicateKey, isPassing, twiceIfDuplicate } from './mongo-errors.js';

/**
 * Inserts the documents that do not exist yet and returns their number. Duplicates are counted from the write errors,
 * because some servers miscount a batch that failed in part.
 */
export async function insertNew<T extends { _id: number | string }>(
  collection: Collection<T>,
  documents: readonly T[],
): Promise<number> {
  try {
    await collection.insertMany(documents as unknown as OptionalUnlessRequiredId<T>[], { ordered: false });
    return documents.length;
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError) || isPassing(error)) throw error;
    const failures = [error.writeErrors].flat();
    if (failures.length === 0 || failures.some(({ code }) => code !== duplicateKey)) throw error;
    return documents.length - failures.length;
  }
}

/** Writes the documents over those of the same frames, and returns the number of frames that had none. */
export async function replaceAll(
  collection: Collection<FrameDocument>,
  documents: readonly FrameDocument[],
): Promise<number> {
  const writes = documents.map(({ _id, ...replacement }) => {
    // A sharded collection has to know the video.
    const filter = replacement.video === undefined ? { _id } : { _id, video: replacement.video };
    return { replaceOne: { filter, replacement, upsert: true } };
  });
  const { upsertedCount } = await twiceIfDuplicate(() => collection.bulkWrite(writes, { ordered: false }));
  return upsertedCount;
}
