import type { SamplingMethod } from '../frames/sampling.js';
import type { VideoProbe } from './probe-answer.js';
import type { Scaling } from './scaling.js';
import type { ToolOptions } from './tool-process.js';
import type { ExtractionTotals } from './totals.js';

/** Which frames to extract, and how. */
export interface FrameOptions extends Scaling {
  readonly samplingMethod: SamplingMethod;
  /** mjpeg quantizer, 2 (best) – 31; the default is 3. */
  readonly quality?: number;
  /** Extract no faster than the video plays. */
  readonly realtime?: boolean;
  /** How many videos are extracted at the same time and share the cores; the default is 1. */
  readonly concurrentVideos?: number;
  /** Called with what is decoded, once, and again if that turns out to be too little. */
  readonly onDecoding?: (decoding: Decoding) => void;
}

export interface ExtractOptions extends FrameOptions, ToolOptions {
  /** The answer of `probeVideo`, if the caller has it already. */
  readonly probe?: VideoProbe;
  /** A larger frame is an error; the default is 32 MiB. */
  readonly maxFrameBytes?: number;
  /** The caller needs no others of the chosen frames, but may get them. Ascending. */
  readonly only?: readonly number[] | undefined;
  /** What came out when frames of this video were chosen in the same way before. */
  readonly before?: { readonly framesDecoded: number; readonly damaged: boolean } | undefined;
  /** Decode every frame; otherwise, frames that are not needed are skipped where that is safe and pays. `always`: wherever it is safe. */
  readonly skipping?: 'never' | 'always' | undefined;
}

/** What is decoded of a video: at most so many of its packets, or all of them, for a reason. */
export type Decoding = { readonly packets: number; readonly of: number } | { readonly all: string };

export interface ExtractedFrame {
  /** Counts decoded frames from 1, including those that are not extracted. */
  readonly frame: number;
  /** Presentation time in seconds from the start of the file, in whole milliseconds; strictly increasing. */
  readonly time: number;
  readonly jpeg: Uint8Array;
}

/** Yields frames on demand, and returns the totals after the last one. */
export type Frames = AsyncGenerator<ExtractedFrame, ExtractionTotals, void>;
