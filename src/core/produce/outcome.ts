/** The options of `produce`, and its results. */
import type { MvsError } from '../base/errors.js';
import type { OnStage } from '../base/stage.js';
import type { LiveOptions } from '../extract/live.js';
import type { StreamOptions } from '../extract/probe.js';
import type { Scaling } from '../extract/scaling.js';
import type { SamplingMethod } from '../frames/sampling.js';
import type { OpenOptions } from '../source/open.js';
import type { PartitionBy } from '../stream/codec.js';

export interface ProduceOptions extends Scaling, OpenOptions, LiveOptions, StreamOptions {
  readonly samplingMethod: SamplingMethod;
  readonly quality: number;
  readonly realtime: boolean;
  readonly partitionBy: PartitionBy;
  /** How many videos to produce at the same time. */
  readonly jobs: number;
  /** Milliseconds until a partial request goes to the broker. */
  readonly lingerMs: number;
  /** The fingerprint of the content that a name belongs to already, if it is known. */
  readonly ownerOf?: (video: string) => Promise<string | undefined>;
  /** Called when a video is opened, with the expected number of frames, if its container allows an estimate. */
  readonly onBegin?: (video: string, frames: number | null) => void;
  /** Called when frames are safe in the stream. */
  readonly onPublished?: (video: string, frames: number, bytes: number) => void;
  /** Called once for each video, when it has succeeded or failed. */
  readonly onEnd?: (video: string, outcome: PublishedVideo | FailedVideo) => void;
  readonly onStage?: OnStage;
}

export interface PublishedVideo {
  readonly video: string;
  readonly source: string;
  readonly fingerprint: string;
  readonly framesDecoded: number;
  readonly framesPublished: number;
  /** Size of the published frames. */
  readonly bytes: number;
  readonly seconds: number;
  readonly damaged: boolean;
}

export interface FailedVideo {
  readonly source: string;
  readonly error: MvsError;
  /** What was published before the failure, if the source was opened at all. */
  readonly part?: PublishedPart;
}

/** The part of a video that is in the stream without its end. */
export interface PublishedPart {
  readonly video: string;
  /** The frames that the stream has confirmed. */
  readonly framesPublished: number;
  /** Size of these frames. */
  readonly bytes: number;
  readonly seconds: number;
}

/** In the order of the sources; for a watched folder, in the order in which the videos ended. */
export interface Produced {
  readonly videos: readonly PublishedVideo[];
  readonly failed: readonly FailedVideo[];
  /** The sums of earlier outcomes, if there were too many to keep. */
  readonly unlisted?: Unlisted;
  readonly seconds: number;
}

export interface Unlisted {
  readonly videos: number;
  readonly framesPublished: number;
  readonly failed: number;
}
