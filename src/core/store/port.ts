import type { EndOfVideo, FrameId, FrameRecord, VideoRun } from '../frames/frame.js';
import type { Origin } from '../frames/origin.js';

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
  readonly samplings: readonly { readonly sampling: string; readonly end: EndOfVideo | undefined }[];
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

/** Frames `step`, 2 `step` … up to `last`. */
export interface Progression {
  readonly step: number;
  readonly last: number;
}

/** What all records of a video say together. */
export interface VideoSummary {
  /** How many records are of frames that are asked for, where that is asked. */
  readonly counted: number;
  /** When the newest of them was made; null where there is none. */
  readonly updated: Date | null;
  /** Most frequent first. */
  readonly labels: readonly LabelSummary[];
}

/** A frame that was dead-lettered, so that its video lacks it for a known reason. */
export interface DeadFrame extends FrameId {
  readonly reason: string;
  /** The message that carried it. */
  readonly origin: Origin;
  readonly at: Date;
}

/** A place in a video, by presentation time in seconds or by the number of a frame. */
export type Position = { readonly time: number } | { readonly frame: number };

/** What a frame has to be; both ends are part of the range. */
export interface FrameFilter {
  /** Text in the label, whatever the case. */
  readonly label?: string;
  readonly minConfidence?: number;
  readonly from?: Position;
  readonly to?: Position;
}

export interface FrameOrder {
  readonly by: 'frame' | 'time' | 'confidence' | 'label';
  readonly descending: boolean;
}

export interface FrameQuery extends FrameFilter {
  readonly limit?: number;
  /** By frame, ascending, where none is given. */
  readonly order?: FrameOrder;
}

/** What one pass over all frames of a video needs of each. */
export type GlimpsedFrame = Pick<
  FrameRecord,
  'frame' | 'time' | 'label' | 'classIndex' | 'confidence' | 'processedAt'
>;

/** Keeps one record per frame. Every write is durable when its promise resolves, and may be repeated. */
export interface RecordStore extends AsyncDisposable {
  /**
   * Registers a video, its content and its sampling on first sight.
   * @throws MvsError VIDEO_CONFLICT when the name belongs to other content.
   */
  claim(run: VideoRun): Promise<void>;
  /** Writes each record unless its (video, frame) is there already. */
  save(records: readonly FrameRecord[]): Promise<SaveResult>;
  /** Keeps the totals of a video. */
  finish(end: EndOfVideo): Promise<void>;
  /** Notes frames that were dead-lettered; a frame is noted once, with what was said of it last. */
  noteDeadLetters(frames: readonly DeadFrame[]): Promise<void>;
  videos(): Promise<readonly VideoInfo[]>;
  video(name: string): Promise<VideoInfo | undefined>;
  count(video: string): Promise<number>;
  summary(video: string, count?: Progression): Promise<VideoSummary>;
  /** Records that fit, in the order asked for. */
  frames(video: string, query?: FrameQuery): AsyncIterable<FrameRecord>;
  /** Every frame in ascending order, a page at a time. */
  glimpses(video: string): AsyncIterable<readonly GlimpsedFrame[]>;
  /** Every label that a record of the video has. */
  labels(video: string): Promise<readonly string[]>;
  /** The frame of every record in ascending order: one that has two records comes twice. */
  frameNumbers(video: string): AsyncIterable<number>;
  /** The dead-lettered frames of a video that have not been stored since, in ascending order. */
  deadFrames(video: string): Promise<readonly DeadFrame[]>;
  /** Removes a video, its records and what is known of its dead letters. */
  remove(video: string): Promise<void>;
}
