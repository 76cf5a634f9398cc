import type { PartitionBy } from '../stream/codec.js';
import type { MvsError } from '../base/errors.js';
import type { Scaling } from '../extract/command.js';
import type { ReadOptions } from '../extract/reading.js';
import type { SamplingMethod } from '../frames/sampling.js';
import type { OnStage } from '../base/stage.js';

export interface ProduceOptions extends Scaling, ReadOptions {
  readonly sampling: SamplingMethod;
  readonly quality: number;
  readonly realtime: boolean;
  readonly partitionBy: PartitionBy;
  /** Videos at a time. */
  readonly jobs: number;
  /** Milliseconds until a request that is not full goes to the broker. */
  readonly lingerMs: number;
  /** Fingerprint of the content that a name belongs to already, where somebody knows. */
  readonly ownerOf?: (video: string) => Promise<string | undefined>;
  /** Told when a video is opened, with how many frames it will yield, as far as its container says. */
  readonly onBegin?: (video: string, frames: number | null) => void;
  /** Told of frames once they are safe in the stream. */
  readonly onPublished?: (video: string, frames: number, bytes: number) => void;
  /** Told when nothing more will come of a video, for better or worse. */
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
  /** Where it was a source that could be tried. */
  readonly part?: PublishedPart;
}

/** What is in the stream of a video that did not come to its end. */
export interface PublishedPart {
  readonly video: string;
  /** Those that the stream has confirmed. */
  readonly framesPublished: number;
  /** Size of these frames. */
  readonly bytes: number;
  readonly seconds: number;
}

/** In the order of the sources; of a watched folder, in the order in which they ended. */
export interface Produced {
  readonly videos: readonly PublishedVideo[];
  readonly failed: readonly FailedVideo[];
  /** What came before those, where there were too many to keep. */
  readonly unlisted?: Unlisted;
  readonly seconds: number;
}

export interface Unlisted {
  readonly videos: number;
  readonly framesPublished: number;
  readonly failed: number;
}
