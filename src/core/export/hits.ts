import { matcher } from '../answers/filter.js';
import { foundFor, furtherOf } from '../store/frame-filter.js';
import type { FrameFilter, GlimpsedFrame, Results } from '../store/port.js';

/** A part of a video, in seconds, with the matching frames in it. */
export interface Hit {
  readonly from: number;
  readonly to: number;
  readonly firstFrame: number;
  readonly lastFrame: number;
  readonly frames: number;
  readonly meanConfidence: number;
  /** The most frequent label. */
  readonly label: string;
}

/**
 * The parts of a video whose frames match, in its order: consecutive records that match are one part, which lasts until the next record.
 * `pad` seconds are added on both sides, and parts that then overlap are merged.
 */
export async function* hitsOf(
  results: Pick<Results, 'glimpses'>,
  video: string,
  filter: FrameFilter,
  pad: number,
): AsyncGenerator<Hit> {
  const fits = matcher(filter);
  const found = foundFor(filter);
  let part: Part | undefined;
  // A single record lasts a second.
  let [isOpen, step] = [false, 1];
  let last: GlimpsedFrame | undefined;
  for await (const page of results.glimpses(video, furtherOf(filter))) {
    for (const frame of page) {
      if (last) step = frame.time - last.time;
      if (isOpen) part?.lasts(frame.time + pad);
      isOpen = fits(frame);
      last = frame;
      if (!isOpen) continue;
      if (part && frame.time - pad > part.to) {
        yield part.hit();
        part = undefined;
      }
      part ??= new Part(Math.max(0, frame.time - pad));
      part.add(found(frame));
    }
  }
  // The last frame lasts as long as the one before.
  if (last && isOpen) part?.lasts(last.time + step + pad);
  if (part) yield part.hit();
}

class Part {
  readonly #from: number;
  readonly #labels = new Map<string, number>();
  #to = 0;
  #first: number | undefined;
  #last = 0;
  #frames = 0;
  #sum = 0;

  constructor(from: number) {
    this.#from = from;
  }

  get to(): number {
    return this.#to;
  }

  add({ frame, label, confidence }: GlimpsedFrame): void {
    this.#first ??= frame;
    this.#last = frame;
    this.#frames++;
    this.#sum += confidence;
    this.#labels.set(label, (this.#labels.get(label) ?? 0) + 1);
  }

  lasts(to: number): void {
    this.#to = to;
  }

  hit(): Hit {
    const [[label] = ['']] = [...this.#labels].sort(([, a], [, b]) => b - a);
    return {
      ...{ from: this.#from, to: this.#to, firstFrame: this.#first ?? this.#last, lastFrame: this.#last },
      ...{ frames: this.#frames, meanConfidence: this.#sum / this.#frames, label },
    };
  }
}
