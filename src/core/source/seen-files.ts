import { stat } from 'node:fs/promises';
import { isOpenForWriting } from '../base/open-for-writing.js';
import type { FileSource } from './source.js';

/** A file in one state. */
export interface Seen {
  readonly state: string;
  readonly since: number;
  /** It has been handed out, and is not again before this time. */
  takenUntil: number;
  /** What keeps it from being handed out has been said. */
  told: boolean;
}

/** A file that is older than this is written by nobody, however much its server's clock differs from ours. */
const longAgoMs = 60_000;
/** A file is forgotten when so many looks have not found it: a network disk may lose sight of one for a moment. */
const looksToForget = 5;

/** What is known of the files in a folder that is looked at again and again; of those that have gone, nothing. */
export class SeenFiles {
  readonly #files = new Map<string, Seen>();
  readonly #owners = new Map<string, FileSource>();
  /** In how many looks one after the other a file has not been found. */
  readonly #missed = new Map<string, number>();

  /** @param settleMs milliseconds without change after which a file is taken for complete */
  constructor(readonly settleMs: number) {}

  /**
   * Tells which files a look has found. A folder that reads as empty may be a mount point whose disk is away: nothing is
   * forgotten then, or all of it would be new when the disk is back.
   */
  found(there: readonly string[]): void {
    const still = new Set(there);
    const gone = new Set<string>();
    for (const file of this.#files.keys()) {
      const missed = (this.#missed.get(file) ?? 0) + (there.length > 0 ? 1 : 0);
      if (still.has(file)) this.#missed.delete(file);
      else if (missed < looksToForget) this.#missed.set(file, missed);
      else gone.add(file);
    }
    for (const file of gone) {
      this.#missed.delete(file);
      this.#files.delete(file);
    }
    for (const [video, { input }] of this.#owners) if (gone.has(input)) this.#owners.delete(video);
  }

  /** Whether the last look has not found a file that is known. */
  isMissing(file: string): boolean {
    return this.#missed.has(file);
  }

  /** What is known of a file that is complete and has not been taken in this state; undefined for others. */
  async whole(file: string): Promise<Seen | undefined> {
    const stats = await stat(file).catch(() => undefined);
    if (!stats) return undefined;
    const state = `${stats.size} ${stats.mtimeMs}`;
    const known = this.#files.get(file);
    const seen =
      known?.state === state ? known : { state, since: performance.now(), takenUntil: 0, told: false };
    this.#files.set(file, seen);
    if (performance.now() < seen.takenUntil) return undefined;
    // One that was moved here is as old as its content, by the clock of the machine that wrote it: an age of seconds says nothing.
    const longAgo = Date.now() - stats.mtimeMs >= Math.max(this.settleMs, longAgoMs);
    if (!longAgo && performance.now() - seen.since < this.settleMs) return undefined;
    // What has been told of it was told of a whole one.
    return seen.told || !(await isOpenForWriting(file).catch(() => true)) ? seen : undefined;
  }

  /** The first file that asked for a video's name. */
  ownerOf(source: FileSource): FileSource {
    const known = this.#owners.get(source.video);
    const owner = known === undefined || known.input === source.input ? source : known;
    this.#owners.set(source.video, owner);
    return owner;
  }
}
