import type { EndOfVideo, FrameRecord } from '../frame.js';

/** A frame as MongoDB keeps it, in the collection of its video. */
export interface FrameDocument extends Omit<FrameRecord, 'video'> {
  /** The frame number again: unique even in a collection whose index on `frame` somebody dropped. */
  readonly _id: number;
}

/** A video as the bookkeeping collection keeps it. */
export interface VideoDocument {
  readonly _id: string;
  readonly fingerprint: string;
  readonly firstSeen: Date;
  /** Totals by sampling rate: a video may be produced again with another `--every`. */
  readonly ends?: Readonly<Record<string, Totals>>;
}

type Totals = Omit<EndOfVideo, 'video' | 'fingerprint'>;

export function toDocument({ video: _video, ...record }: FrameRecord): FrameDocument {
  return { _id: record.frame, ...record };
}

export function toRecord(video: string, { _id, ...record }: FrameDocument): FrameRecord {
  return { video, ...record };
}

export function toEnd(video: string, fingerprint: string, totals: Totals): EndOfVideo {
  return { video, fingerprint, ...totals };
}
