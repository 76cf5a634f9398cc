import type { EndOfVideo, FrameRecord, Sampling } from '../frame.js';

export interface SaveResult {
  readonly stored: number;
  /** Frames that were in the store already: done, not an error. */
  readonly duplicates: number;
}

/** What the store knows of a video as a whole. */
export interface VideoInfo {
  readonly video: string;
  readonly fingerprint: string;
  /** Each with its totals once its end-of-video message has been settled. */
  readonly samplings: readonly { readonly every: number; readonly end: EndOfVideo | undefined }[];
}

export interface LabelSummary {
  readonly label: string;
  readonly classIndex: number;
  readonly count: number;
  readonly meanConfidence: number;
  readonly firstFrame: number;
  readonly lastFrame: number;
  readonly firstTime: number;
  readonly lastTime: number;
}

export interface FrameQuery {
  readonly limit?: number;
}

/** Keeps one record per frame. Every write is durable when its promise resolves, and may be repeated. */
export interface RecordStore extends AsyncDisposable {
  /**
   * Registers a video, its content and its sampling on first sight.
   * @throws MvsError VIDEO_CONFLICT when the name belongs to other content.
   */
  claim(sampling: Sampling): Promise<void>;
  /** Writes each record unless its (video, frame) is there already. */
  save(records: readonly FrameRecord[]): Promise<SaveResult>;
  /** Keeps the totals of a video. */
  finish(end: EndOfVideo): Promise<void>;
  videos(): Promise<readonly VideoInfo[]>;
  video(name: string): Promise<VideoInfo | undefined>;
  count(video: string): Promise<number>;
  labels(video: string): Promise<readonly LabelSummary[]>;
  /** Records in frame order. */
  frames(video: string, query?: FrameQuery): AsyncIterable<FrameRecord>;
  /** Removes a video and its records. */
  remove(video: string): Promise<void>;
}
