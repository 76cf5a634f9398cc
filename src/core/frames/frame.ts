/** The nouns of the pipeline. Times are presentation times in seconds; frames count decoded frames from 1. */

/** 8K video is 33 million pixels; a picture with more than this is a decompression bomb. Held by both sides. */
export const maxFramePixels = 50_000_000;

/** Frames of one video: 38 days at 30 frames/s. What comes from the network must not keep a reader busy for ever. */
export const maxFrames = 100_000_000;

/** Names one frame for ever: producing a video again yields the same ids. */
export interface FrameId {
  readonly video: string;
  readonly frame: number;
}

/** What was sent: this content, under this name, sampled like this. The same on every message of one run. */
export interface Sampling {
  readonly video: string;
  /** Content hash of the source. */
  readonly fingerprint: string;
  /** Which of its frames, by name: `every=3`, `fps=2`, `keyframes`, `scene=0.4`. */
  readonly sampling: string;
}

/** One extracted frame on its way to be classified. */
export interface Frame extends FrameId, Sampling {
  readonly jpeg: Uint8Array;
  readonly time: number;
}

/** The totals of a video, sent once its last frame is safe in the stream; completeness is judged by them. */
export interface EndOfVideo extends Sampling {
  readonly source: string;
  readonly framesDecoded: number;
  readonly framesPublished: number;
  /** Which frames were published (`frame-list.ts`), unless that follows from the sampling and their number. */
  readonly frameList?: string | undefined;
  readonly width: number;
  readonly height: number;
  /** Nominal frames per second; 0 where the container does not say. */
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

/** What the database keeps of a frame: its top-1 prediction and where that came from. */
export interface FrameRecord extends FrameId, Prediction {
  readonly time: number;
  readonly model: string;
  readonly processedAt: Date;
  /** The k best predictions, best first, where more than one was asked for. */
  readonly top?: readonly Prediction[];
}
