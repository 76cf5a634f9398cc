import type { Db } from 'mongodb';
import { readPage } from './glimpse-reader.js';
import type { VideoFrames } from './mongo-layout.js';
import type { GlimpsedFrame } from './port.js';

/** Frames of a page: about 2 MB. */
const pageSize = 16_384;

const fields = [
  ...(['frame', 'time', 'label', 'classIndex', 'confidence', 'processedAt'] as const),
] satisfies (keyof GlimpsedFrame)[];

/**
 * Every frame of a collection in ascending order. It asks for each page by itself and reads the bytes of the answer: a cursor
 * of the driver makes several objects of each document, which takes longer than all the rest.
 */
export async function* readGlimpses(
  db: Db,
  frames: VideoFrames,
  size = pageSize,
): AsyncGenerator<readonly GlimpsedFrame[]> {
  let next: Promise<Page> | undefined = fetchPage(db, frames, undefined, size);
  while (next) {
    const page: Page = await next;
    const { frames: found, after }: Cut = page.full ? cut(page.frames) : { frames: page.frames };
    // While this page is looked at, the next one is under way.
    next = after && fetchPage(db, frames, after, size);
    // Whoever stops here does not hear of it.
    next?.catch(() => undefined);
    yield found;
  }
}

interface Page {
  readonly frames: readonly GlimpsedFrame[];
  /** There may be more. */
  readonly full: boolean;
}

type Range = { readonly $gt: number } | { readonly $gte: number };

interface Cut {
  readonly frames: readonly GlimpsedFrame[];
  readonly after?: Range;
}

/** Somebody may have dropped the unique index: all records of a frame are on one page. */
function cut(frames: readonly GlimpsedFrame[]): Cut {
  const last = frames.at(-1)?.frame ?? 0;
  const whole = frames.findLastIndex(({ frame }) => frame !== last) + 1;
  if (whole === 0) return { frames, after: { $gt: last } };
  return { frames: frames.slice(0, whole), after: { $gte: last } };
}

/** An answer has 16 MB at most, and is cut off before the limit where documents are very long. */
const enough = 8 * 1024 * 1024;

async function fetchPage(
  db: Db,
  { collection, scope }: VideoFrames,
  after: Range | undefined,
  size: number,
): Promise<Page> {
  const filter = { ...scope, ...(after && { frame: after }) };
  const projection = { _id: 0, ...Object.fromEntries(fields.map((field) => [field, 1])) };
  const page = { sort: { frame: 1 }, limit: size, batchSize: size, singleBatch: true };
  const options = { raw: true, readPreference: db.readPreference };
  const { cursor } = (await db.command(
    { find: collection.collectionName, filter, projection, ...page },
    options,
  )) as {
    cursor: Buffer;
  };
  const frames = readPage(cursor);
  return { frames, full: frames.length === size || cursor.length > enough };
}
