import { isDeepStrictEqual } from 'node:util';
import { countExpected } from './completeness.js';
import type { RecordStore, VideoInfo } from '../store/port.js';

export interface Standing {
  readonly stored: number;
  /** Null if it is not known yet, or if counting would take too long. */
  readonly expected: number | null;
}

/** Counting blocks the process, which may be a consumer. This many steps take about 50 ms. */
const maxSteps = 500_000;

/** The progress of videos, for repeated requests: the expected frames are counted once for each state of the samplings. */
export class Standings {
  readonly #counted = new Map<string, Pick<VideoInfo, 'samplings'> & { readonly expected: number | null }>();

  constructor(readonly store: RecordStore) {}

  async of(video: string): Promise<Standing> {
    const [info, stored] = await Promise.all([this.store.video(video), this.store.count(video)]);
    return { stored, expected: info ? this.#expectedOf(info) : null };
  }

  /** Forgets a video that will not be requested again. */
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
