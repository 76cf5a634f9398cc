/** The nouns of the pipeline. Times are presentation times in seconds; frames count decoded frames from 1. */

/** 8K video has 33 million pixels; a larger picture than this is a decompression bomb. Both sides enforce it. */
export const maxFramePixels = 50_000_000;

/** Frames of one video: 38 days at 30 frames/s. A message from the network must not keep a reader busy without end. */
export const maxFrames = 100_000_000;

/** The permanent identity of a frame: producing a video again yields the same ids. */
export interface FrameId {
  readonly video: string;
  readonly frame: number;
}

/** One run of `produce` over one video: this content, under this name, sampled in this way. The same in each of its messages. */
export interface VideoRun {
  /** The video's name. */
  readonly video: string;
  /** Hash of the content of the source. */
  readonly fingerprint: string;
  /** The key of the sampling method: `every=3`, `fps=2`, `keyframes`, `scene=0.4`. */
  readonly sampling: string;
}

/** One extracted frame on its way to the classifier. */
export interface Frame extends FrameId, VideoRun {
  readonly jpeg: Uint8Array;
  readonly time: number;
}

/** The totals of a run, sent when its last frame is safe in the stream. They decide whether a video is complete. */
export interface EndOfVideo extends VideoRun {
  readonly source: string;
  readonly framesDecoded: number;
  readonly framesPublished: number;
  /** Which frames were published (`frame-list.ts`), unless that follows from the sampling and their count. */
  readonly frameList?: string | undefined;
  readonly width: number;
  readonly height: number;
  /** Nominal frames per second; 0 if the container does not say. */
  readonly fps: number;
  /** The source did not decode cleanly to its end. */
  readonly damaged: boolean;
}

/** In pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Prediction {
  readonly label: string;
  /** Index of the class: ImageNet has two "crane"s. */
  readonly classIndex: number;
  /** Softmax probability, 0–1. */
  readonly confidence: number;
}

/** What a frame without objects is called: no class, and nothing to be confident of. */
export const noObject: Prediction = { label: 'nothing', classIndex: -1, confidence: 0 };

/** Left edge, top edge, width and height, relative to the picture: 0–1. */
export type Box = readonly [number, number, number, number];

/** One object of a picture. */
export interface DetectedObject extends Prediction {
  readonly box: Box;
}

/** What the database keeps of a frame: its best prediction, and the model that made it. */
export interface FrameRecord extends FrameId, Prediction {
  readonly time: number;
  readonly model: string;
  /** The version of that model (`versionId`). The place of a record implies it, so documents do not have it. */
  readonly modelVersion?: string;
  readonly processedAt: Date;
  /** The k best predictions, best first, if more than one was requested. */
  readonly top?: readonly Prediction[];
  /** What a detector has found, best first; empty if nothing. Classifiers have none. */
  readonly objects?: readonly DetectedObject[];
}

/** The number of predictions in a record. Objects are all that a detector found, however many predictions are requested. */
export function predictionsIn({ top, objects }: Pick<FrameRecord, 'top' | 'objects'>): number {
  return objects === undefined ? (top?.length ?? 1) : Infinity;
}
