import type { FrameRecord } from '../frame.js';

/** A frame as MongoDB keeps it, in the collection of its video. */
export interface FrameDocument extends Omit<FrameRecord, 'video'> {
  /** The frame number again: unique even in a collection whose index on `frame` somebody dropped. */
  readonly _id: number;
}

export function toDocument({ video: _video, ...record }: FrameRecord): FrameDocument {
  return { _id: record.frame, ...record };
}

export function toRecord(video: string, { _id, ...record }: FrameDocument): FrameRecord {
  return { video, ...record };
}
