import { completenessOf, expectedFrames } from './completeness.js';
import { MvsError } from '../base/errors.js';
import { FrameRuns, type FrameRun } from './frame-runs.js';
import type { RecordStore, VideoInfo } from '../store/port.js';
import { shownVersion } from './videos.js';

/** The result of checking the records of a video frame by frame. */
export interface Verdict {
  readonly video: string;
  /** `NAME@DIGEST`: the version of the model that made these results; null while the database has none. */
  readonly modelVersion: string | null;
  /** Null while a sampling has begun but not ended: until then, the missing frames are unknown. */
  readonly expected: number | null;
  /** Distinct frames that have a record. */
  readonly stored: number;
  readonly deadLettered: number;
  /** Expected, but neither stored nor dead-lettered. */
  readonly missing: number | null;
  /** The first missing frames, at most 1000 runs. */
  readonly missingFrames: readonly FrameRun[];
  /** Stored frames that no sampling keeps: another program wrote these records. */
  readonly unexpected: number;
  /** Additional records of a frame that has one already. */
  readonly surplus: number;
  readonly damaged: boolean;
  /** True if every expected frame has exactly one record and there are no other records. */
  readonly complete: boolean;
}

/** Compares the records of a video with the published frames. Reads the number of every frame and keeps few of them in memory. */
export async function verifyVideo(store: RecordStore, info: VideoInfo): Promise<Verdict> {
  const { video, samplings } = info;
  const dead = (await store.deadFrames(video)).map(({ frame }) => frame);
  const expected = expectedFrames(info);
  const account = new Account(expected ?? [], new Set(dead));
  for await (const frame of store.frameNumbers(video)) account.record(frame);
  account.end();
  const damaged = samplings.some(({ end }) => end?.damaged);
  const { stored, surplus } = account;
  const counted = {
    video,
    modelVersion: shownVersion(store),
    stored,
    deadLettered: dead.length,
    surplus,
    damaged,
  };
  if (expected === null)
    return { ...counted, expected: null, missing: null, missingFrames: [], unexpected: 0, complete: false };
  const { missing, unexpected, expected: total } = account;
  const counts = { expected: total, kept: stored - unexpected, stored: stored + surplus };
  const complete = completenessOf(counts) === 'complete';
  const lacking = { missing: missing.count, missingFrames: missing.runs };
  return { ...counted, ...lacking, expected: total, unexpected, complete };
}

/** True if a video is complete or, with `allowDeadLetters`, if it lacks only dead-lettered frames. */
export function accepts(verdict: Verdict, allowDeadLetters: boolean): boolean {
  if (verdict.complete || !allowDeadLetters) return verdict.complete;
  return verdict.missing === 0 && verdict.unexpected === 0 && verdict.surplus === 0;
}

/** The error for videos that do not pass. */
export function incomplete(failed: number, all: number): MvsError {
  return new MvsError('INCOMPLETE', `${failed} of ${all} ${all === 1 ? 'video' : 'videos'} incomplete`, {
    hint: '"mvs lag" shows frames that are still waiting, "mvs dlq:list" those that could not be processed. If a frame is in neither, produce the video again. "mvs models:list" shows whether another model has the results.',
  });
}

/** Walks through records and expected frames in parallel, both ascending. */
class Account {
  readonly #expected: Iterator<number>;
  readonly #dead: ReadonlySet<number>;
  readonly missing = new FrameRuns();
  #due: number | undefined;
  #last: number | undefined;
  expected = 0;
  stored = 0;
  unexpected = 0;
  surplus = 0;

  constructor(expected: Iterable<number>, dead: ReadonlySet<number>) {
    this.#expected = expected[Symbol.iterator]();
    this.#dead = dead;
    this.#advance();
  }

  record(frame: number): void {
    if (frame === this.#last) {
      this.surplus += 1;
      return;
    }
    this.#last = frame;
    this.stored += 1;
    this.#missUntil(frame);
    if (this.#due !== frame) {
      this.unexpected += 1;
      return;
    }
    this.missing.end();
    this.#advance();
  }

  end(): void {
    this.#missUntil(Infinity);
    this.missing.end();
  }

  #missUntil(frame: number): void {
    while (this.#due !== undefined && this.#due < frame) {
      if (this.#dead.has(this.#due)) this.missing.end();
      else this.missing.add(this.#due);
      this.#advance();
    }
  }

  #advance(): void {
    const next = this.#expected.next();
    this.#due = next.done === true ? undefined : next.value;
    if (this.#due !== undefined) this.expected += 1;
  }
}
