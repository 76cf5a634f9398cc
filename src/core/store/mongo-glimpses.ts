import type { Db, Filter } from 'mongodb';
import { readDocument, readPage } from './glimpse-reader.js';
import type { FrameDocument } from './mongo-documents.js';
import { filterOf } from './mongo-frames.js';
import type { VideoFrames } from './mongo-layout.js';
import type { FrameFilter, Further, GlimpsedFrame } from './port.js';

/** Frames per page, about 2 MB. */
const pageSize = 16_384;

const fields = [
  ...(['frame', 'time', 'label', 'classIndex', 'confidence', 'processedAt'] as const),
] satisfies (keyof GlimpsedFrame)[];
const projectionOf = (further: Further | undefined): Record<string, 0 | 1> => ({
  _id: 0,
  ...Object.fromEntries([...fields, ...(further ? [further] : [])].map((field) => [field, 1])),
});

interface GlimpseOptions {
  readonly size?: number;
  readonly further?: Further | undefined;
  readonly filter?: FrameFilter | undefined;
}

/**
 * Every frame of a video in ascending order, or those that the database finds for a filter. The first page is requested separately and read from the bytes of the answer. A cursor
 * of the driver creates several objects per document, which takes longer than everything else. The remaining frames come from a
 * cursor all the same, because a page in the middle needs an index, which not every server uses there.
 */
export async function* readGlimpses(
  db: Db,
  frames: VideoFrames,
  { size = pageSize, further, filter = {} }: GlimpseOptions = {},
): AsyncGenerator<readonly GlimpsedFrame[]> {
  const projection = projectionOf(further);
  const found = { ...frames.scope, ...filterOf(filter) };
  const first = await fetchPage(db, { ...frames, scope: found }, size, projection);
  if (!first.full) {
    yield first.frames;
    return;
  }
  // The unique index may have been dropped, so records of one frame must stay together.
  const last = first.frames.at(-1)?.frame ?? 0;
  yield first.frames.filter(({ frame }) => frame !== last);
  yield* readRaw(frames, { ...found, frame: { $gte: last } }, projection, size);
}

/** The number of every frame in ascending order. Most servers take them from the index, without reading the records. */
export async function* readNumbers(frames: VideoFrames): AsyncGenerator<readonly number[]> {
  for await (const page of readRaw(frames, frames.scope, { _id: 0, frame: 1 }, pageSize))
    yield page.map(({ frame }) => frame);
}

async function* readRaw(
  { collection, inOrder }: VideoFrames,
  filter: Filter<FrameDocument>,
  projection: Record<string, 0 | 1>,
  batchSize: number,
): AsyncGenerator<readonly GlimpsedFrame[]> {
  const cursor = collection.find(filter, { projection, batchSize, raw: true }).sort(inOrder(1));
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
  /** True if there may be more frames. */
  readonly full: boolean;
}

/** An answer has at most 16 MB. With very long documents it ends before the requested number. */
const enough = 8 * 1024 * 1024;

async function fetchPage(
  db: Db,
  {
    collection,
    scope,
    inOrder,
  }: Pick<VideoFrames, 'collection' | 'inOrder'> & { scope: Filter<FrameDocument> },
  size: number,
  projection: Record<string, 0 | 1>,
): Promise<Page> {
  const page = { sort: inOrder(1), limit: size, batchSize: size, singleBatch: true };
  const find = { find: collection.collectionName, filter: scope, projection, ...page };
  const options = { raw: true, readPreference: db.readPreference };
  const { cursor } = (await db.command(find, options)) as { cursor: Buffer };
  const frames = readPage(cursor);
  return { frames, full: frames.length === size || cursor.length > enough };
}
