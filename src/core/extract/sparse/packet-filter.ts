import { Doubt } from './doubt.js';
import type { FrameIndex } from './frame-index.js';
import { clusterOf, MatroskaReader, type Packet } from './matroska.js';
import { inspectorOf } from './pictures/inspector-of.js';
import type { Plan } from './plan.js';
import { Presentation } from './presentation.js';

/** A decoder waits for no more pictures before it shows one. */
const maxReordered = 16;

/** The number of a frame and whether it is extracted, as one number: the time that its packet gets. */
export function markOf(frame: number, { kept }: Plan): number {
  return 2 * frame + (kept.has(frame) ? 1 : 0);
}

/** Passes on the packets of a plan, and compares all packets with the index on the way. */
export class PacketFilter {
  /** How many packets have been seen. */
  seen = 0;
  readonly #leftOut = new Set<number>();

  constructor(
    readonly codec: string,
    readonly index: FrameIndex,
    readonly plan: Plan,
  ) {}

  /**
   * The chosen packets of a Matroska file, as a file of their own. A packet leaves only when all packets have been seen whose frames may
   * precede its own, so the number of its frame is certain. A layer of its own because it ends the decoder's input.
   *
   * @throws Doubt if the packets are not those of the index, or do not hold what numbers rely on
   */
  async *of(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
    const { order } = this.plan;
    const behind = Math.max(order.lookahead, maxReordered);
    const presentation = new Presentation();
    const reader = new MatroskaReader(chunks);
    const waiting: { readonly place: number; readonly cluster: Uint8Array }[] = [];
    let inspect: ReturnType<typeof inspectorOf> | undefined;
    for await (const packet of reader.packets()) {
      if (inspect === undefined) {
        inspect = inspectorOf(this.codec, reader.codecPrivate, order.reordered);
        yield reader.header;
      }
      this.#mustBeOfIndex(packet);
      const shown = inspect(packet.data, packet.key);
      if (typeof shown === 'string') throw new Doubt(shown);
      const place = this.seen++;
      const frame = order.numbers[place] ?? 0;
      if (!presentation.fits(frame, shown.place, packet.key))
        throw new Doubt('the times do not have the order of the frames');
      if (this.#isChosen(place)) {
        if (shown.isReference || this.plan.kept.has(frame))
          waiting.push({ place, cluster: clusterOf(packet, markOf(frame, this.plan)) });
        else this.#leftOut.add(frame);
      }
      for (let [first] = waiting; first && first.place + behind <= place; [first] = waiting) {
        yield first.cluster;
        waiting.shift();
      }
    }
    if (this.seen !== this.index.pts.length) throw new Doubt('there are fewer packets than in the index');
    for (const { cluster } of waiting) yield cluster;
  }

  /**
   * Whether a frame of the plan is not decoded, because it is not extracted and no other one refers to it. Known before a later frame can
   * come out. Asked once for each frame.
   */
  leavesOut(frame: number): boolean {
    return this.#leftOut.delete(frame);
  }

  #mustBeOfIndex({ key, data }: Packet): void {
    const { sizes, keys } = this.index;
    if (sizes[this.seen] !== data.length || keys[this.seen] !== key)
      throw new Doubt('the packets are not those of the index');
  }

  #group = 0;
  #isChosen(place: number): boolean {
    const { groups } = this.plan;
    while ((groups[this.#group]?.last ?? Infinity) < place) this.#group += 1;
    return place >= (groups[this.#group]?.first ?? Infinity);
  }
}
