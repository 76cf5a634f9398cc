import type { ClassSet } from '../frames/class-set.js';
import type { Box, EndOfVideo, FrameId, FrameRecord, Prediction, VideoRun } from '../frames/frame.js';
import type { ModelVersion } from '../frames/model-version.js';
import type { Origin } from '../frames/origin.js';

export interface SaveResult {
  readonly stored: number;
  /** Frames that were stored already. This is not an error. */
  readonly duplicates: number;
}

/** A video as a whole. */
export interface VideoInfo {
  readonly video: string;
  readonly fingerprint: string;
  /** Each has its totals once its end-of-video message is settled. */
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

/** Classes that frames show together: those of all objects of a detector, or the best one of a classifier. */
export interface Combination {
  /** Each once. */
  readonly classes: readonly Pick<Prediction, 'label' | 'classIndex'>[];
  /** Of frames that show these, and no others. */
  readonly count: number;
}

/** Frames `step`, 2 `step` … up to `last`. */
export interface Progression {
  readonly step: number;
  readonly last: number;
}

/** A summary of all records of a video. */
export interface VideoSummary {
  /** The number of records of the frames in question, if any were given. */
  readonly counted: number;
  /** The time of the newest record; null if there is none. */
  readonly updated: Date | null;
  /** Most frequent first. */
  readonly labels: readonly LabelSummary[];
}

/** A dead-lettered frame, which its video lacks for a known reason. */
export interface DeadFrame extends FrameId {
  readonly reason: string;
  /** The message that carried it. */
  readonly origin: Origin;
  readonly at: Date;
}

/** A position in a video: a presentation time in seconds or a frame number. */
export type Position = { readonly time: number } | { readonly frame: number };

/** Which objects of a detector a frame must have. */
export interface ObjectCondition {
  /** At least so many objects fit; by default one. */
  readonly minCount?: number;
  /** Only objects that overlap this part of the frame fit. */
  readonly area?: Box;
}

/** A filter for frames. Both ends belong to the range. */
export interface FrameFilter {
  /** Frames with a prediction of one of these classes among the first `rank`. */
  readonly classes?: ClassSet;
  /** Frames without one. */
  readonly notClasses?: ClassSet;
  /** How many of the stored predictions of a frame are looked at; by default, the best one only. */
  readonly rank?: number;
  /** Of a prediction of `classes`, or of the best one if no classes are given. */
  readonly minConfidence?: number;
  /** `minConfidence` is for the sum of the predictions of `classes`, of all that are stored unless there is a `rank`. */
  readonly sum?: boolean;
  /** `classes`, `notClasses` and `minConfidence` are for all objects of a frame, not for its predictions. Excludes `rank` and `sum`. */
  readonly objects?: ObjectCondition;
  readonly from?: Position;
  readonly to?: Position;
}

export interface FrameOrder {
  readonly by: 'frame' | 'time' | 'confidence' | 'label';
  readonly descending: boolean;
}

export interface FrameQuery extends FrameFilter {
  readonly limit?: number;
  /** By default, by frame in ascending order. */
  readonly order?: FrameOrder;
}

/** The fields that a pass over all frames of a video needs; one of `top` and `objects` if it was asked for. */
export type GlimpsedFrame = Pick<
  FrameRecord,
  'frame' | 'time' | 'label' | 'classIndex' | 'confidence' | 'processedAt' | Further
>;

/** What a frame shows beside its best prediction. */
export type Further = 'top' | 'objects';

/** A model version that has results in a database. */
export interface StoredVersion extends ModelVersion {
  /** When a consumer first and last stored its results; the latter is noted every few seconds (`notedEveryMs`). */
  readonly firstUsed: Date;
  readonly lastUsed: Date;
  /** True for the first version of the database. Programs that read the database without mvs find its results only. */
  readonly primary: boolean;
  /** True if answers are from this version unless they are asked for from another. */
  readonly active: boolean;
}

/** The results of one model version: one record per frame. A write is durable when its promise resolves, and may be repeated. */
export interface Results {
  /** Undefined while the database has no results. */
  readonly version: ModelVersion | undefined;
  /** Writes each record unless its (video, frame) is there already. */
  save(records: readonly FrameRecord[]): Promise<SaveResult>;
  /** Writes each record, over the one of its (video, frame) if there is one. */
  replace(records: readonly FrameRecord[]): Promise<SaveResult>;
  /** Which of these frames have a record, each with the number of its predictions (`predictionsIn`). */
  predictionsOf(video: string, frames: readonly number[]): Promise<ReadonlyMap<number, number>>;
  /** Notes dead-lettered frames. A frame is noted once, with its latest reason. */
  noteDeadLetters(frames: readonly DeadFrame[]): Promise<void>;
  count(video: string): Promise<number>;
  summary(video: string, count?: Progression): Promise<VideoSummary>;
  /** All combinations of classes in a video, in any order. One may be returned several times. */
  combinations(video: string): AsyncIterable<Combination>;
  /** The matching records in the requested order. */
  frames(video: string, query?: FrameQuery): AsyncIterable<FrameRecord>;
  /** All frames in ascending order, one page at a time; with a filter, those that match it, and perhaps others. */
  glimpses(video: string, further?: Further, filter?: FrameFilter): AsyncIterable<readonly GlimpsedFrame[]>;
  /** All labels of the records of a video, and of their objects. @param withTop also those of their further predictions */
  labels(video: string, withTop?: boolean): Promise<readonly string[]>;
  /** The frame of every record in ascending order. A frame with two records is returned twice. */
  frameNumbers(video: string): AsyncIterable<number>;
  /** The dead-lettered frames of a video that were not stored later, in ascending order. */
  deadFrames(video: string): Promise<readonly DeadFrame[]>;
  /** Removes the records of a video and the notes about its dead letters; the video itself stays. */
  removeResults(video: string): Promise<void>;
}

/**
 * The videos of a database, and the results of one model version: the one that `of` names, else the version that was active when the
 * database was opened.
 */
export interface RecordStore extends Results, AsyncDisposable {
  /** The same database, for the results of another version, which is registered with its first result. Disposing of it does nothing. */
  of(version: ModelVersion): RecordStore;
  /**
   * Registers a video, its content and its sampling when they are first seen.
   * @throws MvsError VIDEO_CONFLICT if the name belongs to different content.
   */
  claim(run: VideoRun): Promise<void>;
  /** Stores the totals of a video. */
  finish(end: EndOfVideo): Promise<void>;
  videos(): Promise<readonly VideoInfo[]>;
  video(name: string): Promise<VideoInfo | undefined>;
  /** Oldest first. */
  versions(): Promise<readonly StoredVersion[]>;
  /** Makes a version the one that answers are from. */
  activate(version: ModelVersion): Promise<void>;
  /** Keeps the text about the classes of a version for readers that do not have its network. */
  keepHierarchy(version: ModelVersion, text: string): Promise<void>;
  /** The text that was kept for the version of this store. */
  hierarchy(): Promise<string | undefined>;
  /**
   * Removes a version whose results were removed; with `unusedSince`, only if it was not used after that. A consumer that stores its
   * results later registers it again, so the hierarchy of the version stays.
   * @returns false if it was used
   */
  forgetVersion(version: ModelVersion, unusedSince?: Date): Promise<boolean>;
  /** Removes a video, and its results of all versions. */
  remove(video: string): Promise<void>;
}
