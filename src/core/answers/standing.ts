import { isDeepStrictEqual } from 'node:util';
import { countExpected } from './completeness.js';
import type { RecordStore, VideoInfo } from '../store/port.js';

export interface Standing {
  readonly stored: number;
  /** Null while nobody knows, or where it would take too long to count. */
  readonly expected: number | null;
}

/** Counting holds up whoever asks, a consumer too: so many steps take some 50 ms. */
const maxSteps = 500_000;

/** How far videos are, for somebody who asks again and again: what to expect is counted once for each state of its samplings. */
export class Standings {
  readonly #counted = new Map<string, Pick<VideoInfo, 'samplings'> & { readonly expected: number | null }>();

  constructor(readonly store: RecordStore) {}

  async of(video: string): Promise<Standing> {
    const [info, stored] = await Promise.all([this.store.video(video), this.store.count(video)]);
    return { stored, expected: info ? this.#expectedOf(info) : null };
  }

  /** Nobody asks for it any more. */
  forget(video: string): void {
    this.#counted.delete(video);
  }

  #expectedOf({ video, samplings }: VideoInfo): number | null {
    const known = this.#counted.get(video);
    if (known && isDeepStrictEqual(known.samplings, samplings)) return known.expected;
    const expected = countExpected({ samplings }, maxSteps);
    this.#counted.set(video, { samplings, expected });
    return expected;
  }
}
