import type { FrameRecord } from '../frames/frame.js';

/** A frame as a MongoDB document. */
export interface FrameDocument extends Omit<FrameRecord, 'video' | 'modelVersion'> {
  /** Derived from the frame, so that it stays unique even if the unique index was dropped. */
  readonly _id: number | string;
  /** Only if the collection holds several videos. */
  readonly video?: string;
}

export function toRecord(
  video: string,
  { _id, ...record }: FrameDocument,
  modelVersion: string | undefined,
): FrameRecord {
  return { ...record, video, ...(modelVersion === undefined ? {} : { modelVersion }) };
}
