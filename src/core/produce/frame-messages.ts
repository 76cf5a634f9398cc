import { MvsError } from '../base/errors.js';
import type { Frames } from '../extract/extract.js';
import type { ExtractionTotals } from '../extract/totals.js';
import { FrameListWriter } from '../frames/frame-list.js';
import { maxFrames, type VideoRun } from '../frames/frame.js';
import type { SamplingMethod } from '../frames/sampling.js';
import { encodeFrame, type PartitionBy } from '../stream/codec.js';
import type { OutgoingMessage } from '../stream/port.js';

interface MessageOptions {
  readonly samplingMethod: SamplingMethod;
  readonly partitionBy: PartitionBy;
}

/** The messages of a video's frames and, after the last one, the totals. */
export class FrameMessages {
  readonly #run: VideoRun;
  readonly #partitionBy: PartitionBy;
  /** Collects the frame numbers, unless they follow from the sampling. */
  readonly #list: FrameListWriter | undefined;
  #totals: ExtractionTotals | undefined;

  constructor(run: VideoRun, { samplingMethod, partitionBy }: MessageOptions) {
    this.#run = run;
    this.#partitionBy = partitionBy;
    this.#list = 'every' in samplingMethod ? undefined : new FrameListWriter();
  }

  /**
   * Turns frames into messages. A layer of its own because it keeps the totals, which the layers behind it would drop.
   * @throws MvsError SOURCE_TOO_LARGE at a frame, or a total, that readers of its messages would refuse
   */
  async *of(frames: Frames): AsyncGenerator<OutgoingMessage, void, void> {
    try {
      let next = await frames.next();
      for (; next.done !== true; next = await frames.next()) {
        const { frame } = next.value;
        mustBeCountable(frame);
        this.#list?.add(frame);
        yield encodeFrame({ ...next.value, ...this.#run }, this.#partitionBy);
      }
      mustBeCountable(next.value.framesDecoded);
      this.#totals = next.value;
    } finally {
      await frames.return(undefined as never);
    }
  }

  /** True if the next frame might be one too many for the list. */
  get isFull(): boolean {
    return this.#list?.isFull ?? false;
  }

  /** Which frames there were, unless that follows from the sampling. */
  get frameList(): string | undefined {
    return this.#list?.text;
  }

  get totals(): ExtractionTotals {
    if (!this.#totals) throw new MvsError('BUG', 'the totals were read before the last frame');
    return this.#totals;
  }
}

function mustBeCountable(frames: number): void {
  if (frames <= maxFrames) return;
  throw new MvsError('SOURCE_TOO_LARGE', `the video has more than ${maxFrames} frames`, {
    hint: 'Split it into shorter videos.',
  });
}
