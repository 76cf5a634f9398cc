import type { DetectedObject, FrameRecord } from '../frames/frame.js';
import type { Hit } from './hits.js';

/** A picture of one frame. */
export interface PictureEntry extends Pick<FrameRecord, 'video' | 'frame' | 'time' | 'label' | 'confidence'> {
  readonly kind: 'picture';
  /** Those that are drawn on it. */
  readonly objects?: readonly DetectedObject[];
}

/** A part of a video. The file begins at the key frame at or before `from`, because nothing is encoded again. */
interface ClipEntry extends Hit {
  readonly kind: 'clip';
  readonly video: string;
}

/** A file in a manifest. */
export type Entry = PictureEntry | ClipEntry;

/** Where the files of a video are written. */
export interface Destination {
  /** It exists. */
  readonly folder: string;
  /** Notes a file that has been written whole. */
  readonly add: (file: string, entry: Entry) => Promise<void>;
}
