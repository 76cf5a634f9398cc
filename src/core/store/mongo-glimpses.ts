import type { Db } from 'mongodb';
import { readDocument, readPage } from './glimpse-reader.js';
import type { VideoFrames } from './mongo-layout.js';
import type { GlimpsedFrame } from './port.js';

/** Frames of a page: about 2 MB. */
const pageSize = 16_384;

const fields = [
  ...(['frame', 'time', 'label', 'classIndex', 'confidence', 'processedAt'] as const),
] satisfies (keyof GlimpsedFrame)[];
const projection = { _id: 0, ...Object.fromEntries(fields.map((field) => [field, 1])) };

/**
 * Every frame of a video in ascending order. The first page is asked for by itself and read from the bytes of the answer: a cursor
 * of the driver makes several objects of each document, which takes longer than all the rest. What does not fit into that page
 * comes by a cursor all the same: a page that begins in the middle is found by an index, and not every server uses it there.
 */
export async function* readGlimpses(
  db: Db,
  frames: VideoFrames,
  size = pageSize,
): AsyncGenerator<readonly GlimpsedFrame[]> {
  const first = await fetchPage(db, frames, size);
  if (!first.full) {
    yield first.frames;
    return;
  }
  // Somebody may have dropped the unique index: records of one frame stay together.
  const last = first.frames.at(-1)?.frame ?? 0;
  yield first.frames.filter(({ frame }) => frame !== last);
  const { collection, scope, inOrder } = frames;
  const options = { projection, batchSize: size, raw: true };
  const cursor = collection.find({ ...scope, frame: { $gte: last } }, options).sort(inOrder(1));
  try {
    while (await cursor.hasNext()) {
      yield (cursor.readBufferedDocuments() as unknown as Buffer[]).map(readDocument);
    }
  } finally {
    await cursor.close();
  }
}

interface Page {
  readonly frames: readonly GlimpsedFrame[];
  /** There may be more. */
  readonly full: boolean;
}

/** An answer has 16 MB at most, and is cut off before the limit where documents are very long. */
const enough = 8 * 1024 * 1024;

async function fetchPage(db: Db, { collection, scope, inOrder }: VideoFrames, size: number): Promise<Page> {
  const page = { sort: inOrder(1), limit: size, batchSize: size, singleBatch: true };
  const find = { find: collection.collectionName, filter: scope, projection, ...page };
  const options = { raw: true, readPreference: db.readPreference };
  const { cursor } = (await db.command(find, options)) as { cursor: Buffer };
  const frames = readPage(cursor);
  return { frames, full: frames.length === size || cursor.length > enough };
}
