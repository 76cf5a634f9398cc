import type { GlimpsedFrame } from '../store/port.js';

/** A part of a video: its most frequent label and its mean confidence. */
export interface Stretch {
  readonly label: string;
  readonly meanConfidence: number;
}

interface Bin {
  readonly counts: Map<string, number>;
  sum: number;
  frames: number;
}

const maxBins = 1024;

/** Divides the frames of a video into parts of equal length. The number of frames need not be known in advance. */
export class Timeline {
  #bins: Bin[] = [];
  #framesEach = 1;

  add({ label, confidence }: GlimpsedFrame): void {
    let last = this.#bins.at(-1);
    if (!last || last.frames === this.#framesEach) {
      if (this.#bins.length === maxBins) this.#halve();
      last = { counts: new Map(), sum: 0, frames: 0 };
      this.#bins.push(last);
    }
    last.counts.set(label, (last.counts.get(label) ?? 0) + 1);
    last.sum += confidence;
    last.frames++;
  }

  /** With fewer frames than stretches, consecutive stretches repeat a frame. */
  stretches(count: number): readonly Stretch[] {
    const { length } = this.#bins;
    if (length === 0) return [];
    return Array.from({ length: count }, (_, index) => {
      const from = Math.floor((index * length) / count);
      const to = Math.max(from + 1, Math.floor(((index + 1) * length) / count));
      const all: Bin = { counts: new Map(), sum: 0, frames: 0 };
      for (const bin of this.#bins.slice(from, to)) merge(all, bin);
      const [[label] = ['']] = [...all.counts].sort(([, a], [, b]) => b - a);
      return { label, meanConfidence: all.sum / all.frames };
    });
  }

  #halve(): void {
    const halved: Bin[] = [];
    for (const [index, bin] of this.#bins.entries()) {
      const last = halved.at(-1);
      if (index % 2 === 1 && last) merge(last, bin);
      else halved.push(bin);
    }
    this.#bins = halved;
    this.#framesEach *= 2;
  }
}

function merge(into: Bin, { counts, sum, frames }: Bin): void {
  for (const [label, count] of counts) into.counts.set(label, (into.counts.get(label) ?? 0) + count);
  into.sum += sum;
  into.frames += frames;
}
