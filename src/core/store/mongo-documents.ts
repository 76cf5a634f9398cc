import type { FrameRecord } from '../frames/frame.js';

/** A frame as MongoDB keeps it. */
export interface FrameDocument extends Omit<FrameRecord, 'video'> {
  /** Which frame it is, again: unique even in a collection whose unique index somebody dropped. */
  readonly _id: number | string;
  /** Where the collection holds more than one video. */
  readonly video?: string;
}

export function toRecord(video: string, { _id, ...record }: FrameDocument): FrameRecord {
  return { ...record, video };
}
