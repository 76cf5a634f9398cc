import { stat } from 'node:fs/promises';
import path from 'node:path';
import { isOpenForWriting } from '../base/open-for-writing.js';
import type { FileSource } from './source.js';

/** A file in one state. */
export interface Seen {
  readonly state: string;
  readonly since: number;
  /** It has been yielded, and is not yielded again before this time. */
  takenUntil: number;
  /** The problem that keeps it from being yielded has been reported. */
  reported: boolean;
}

/** A file that is older than this is complete, even if the clock of its server differs from ours. */
const longAgoMs = 60_000;
/** A file is forgotten after this many scans without it: a network disk may hide a file for a moment. */
const scansToForget = 5;

/** The state of the files in a folder that is scanned repeatedly; without files that have disappeared. */
export class SeenFiles {
  readonly #files = new Map<string, Seen>();
  readonly #owners = new Map<string, FileSource>();
  /** The first path of each file that has hard links. */
  readonly #places = new Map<string, string>();
  /** The number of successive scans that have not found a file. */
  readonly #missed = new Map<string, number>();

  /** @param settleMs milliseconds without change after which a file counts as complete */
  constructor(readonly settleMs: number) {}

  /**
   * Records the result of a scan. An empty folder may be a mount point whose disk is unavailable: nothing is
   * forgotten then, because all files would be new when the disk is back. Nor is anything in a folder that cannot be read.
   */
  found(there: readonly string[], unreadable: readonly string[] = []): void {
    const still = new Set(there);
    const gone = new Set<string>();
    for (const file of this.#files.keys()) {
      const missed = (this.#missed.get(file) ?? 0) + (there.length > 0 ? 1 : 0);
      if (still.has(file) || unreadable.some((folder) => file.startsWith(folder + path.sep)))
        this.#missed.delete(file);
      else if (missed < scansToForget) this.#missed.set(file, missed);
      else gone.add(file);
    }
    for (const file of gone) {
      this.#missed.delete(file);
      this.#files.delete(file);
    }
    for (const [video, { input }] of this.#owners) if (gone.has(input)) this.#owners.delete(video);
    for (const [place, file] of this.#places) if (gone.has(file)) this.#places.delete(place);
  }

  /** Whether the last scan has not found a known file. */
  isMissing(file: string): boolean {
    return this.#missed.has(file);
  }

  /** The state of a complete file that has not been yielded in this state; undefined for others, and for further hard links of a file. */
  async whole(file: string): Promise<Seen | undefined> {
    const stats = await stat(file, { bigint: true }).catch(() => undefined);
    if (!stats) return undefined;
    const state = `${stats.size} ${stats.mtimeNs}`;
    const known = this.#files.get(file);
    const seen =
      known?.state === state ? known : { state, since: performance.now(), takenUntil: 0, reported: false };
    this.#files.set(file, seen);
    if (stats.nlink > 1n && this.#firstAt(`${stats.dev}:${stats.ino}`, file) !== file) return undefined;
    if (performance.now() < seen.takenUntil) return undefined;
    // The age of a moved file is that of its content, by the clock of another machine: an age of seconds means nothing.
    const longAgo = Date.now() - Number(stats.mtimeMs) >= Math.max(this.settleMs, longAgoMs);
    if (!longAgo && performance.now() - seen.since < this.settleMs) return undefined;
    // A file with a reported problem was complete then.
    return seen.reported || !(await isOpenForWriting(file).catch(() => true)) ? seen : undefined;
  }

  #firstAt(place: string, file: string): string {
    const first = this.#places.get(place) ?? file;
    this.#places.set(place, first);
    return first;
  }

  /** The first file that claimed a video's name. */
  ownerOf(source: FileSource): FileSource {
    const known = this.#owners.get(source.video);
    const owner = known === undefined || known.input === source.input ? source : known;
    this.#owners.set(source.video, owner);
    return owner;
  }
}
