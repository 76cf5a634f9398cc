import { namesOf, type Question } from '../core/answers/ask.js';
import { framesOf } from '../core/answers/frames.js';
import type { MvsError } from '../core/base/errors.js';
import type { Log } from '../core/base/log.js';
import { CocoDataset } from '../core/export/coco.js';
import type { RecordStore } from '../core/store/port.js';
import { writeCoco } from './coco.js';
import { writeFrames, type StreamFormat } from './frame-stream.js';

interface How {
  readonly format: StreamFormat | 'coco';
  /** A row for each object. */
  readonly objects: boolean;
  /** What to say where no frame matches. */
  readonly nothing: string;
}

/** Writes the frames of an answer to stdout while they are read. @returns an error for each video that could not be written as a whole */
export async function streamAnswer(
  store: RecordStore,
  question: Question,
  { format, objects, nothing }: How,
  log: Log,
): Promise<readonly { readonly error: MvsError }[]> {
  if (format === 'coco') return writeCoco(new CocoDataset(store, question), nothing, log);
  const videos = await namesOf(store, question.video);
  const count = await writeFrames(framesOf(store, videos, question), { format, objects }, question, log);
  if (count === 0) log.warn(nothing);
  return [];
}
