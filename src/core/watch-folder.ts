import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { MvsError } from './errors.js';
import type { Log } from './log.js';
import { isOpenForWriting } from './open-for-writing.js';
import { fileProblem, videosBelow } from './source-files.js';
import { fileSource } from './expand-input.js';
import { nameTaken } from './find-sources.js';
import type { FileSource, SourceProblem } from './source.js';

export interface WatchOptions {
  readonly recursive: boolean;
  /** Milliseconds without change after which a file is taken for complete. */
  readonly settleMs: number;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Told of files that cannot be videos of their own. */
  readonly onProblem: (problem: SourceProblem) => void;
}

/** Between two looks, and so many times longer than a look takes: a large folder on a slow disk gets some rest. */
const lookEveryMs = 500;
const restTimes = 10;

/**
 * The video files of a folder, those that are there and those that come, each when it is complete, and once; again
 * where its content has changed. It is looked at again and again and not watched by the system's events, which network
 * disks and containers do not have.
 *
 * @throws MvsError NO_INPUT where the folder cannot be read when it begins; later on it is waited for.
 */
export async function* watchFolder(
  folder: string,
  options: WatchOptions,
): AsyncGenerator<FileSource, void, void> {
  const { recursive, settleMs, signal, log } = options;
  const files = new SeenFiles(settleMs);
  let away = false;
  for (let first = true; !signal.aborted; first = false) {
    const startedAt = performance.now();
    try {
      const there = await videosBelow(folder, recursive);
      away = false;
      files.forgetOthers(there);
      yield* newOnes(there.sort(), files, options);
    } catch (error) {
      const problem = fileProblem(folder, error);
      if (first) throw problem;
      if (!away) log.warn(`${problem.message}; looking again until it is back`);
      away = true;
    }
    const rest = Math.max(lookEveryMs, (performance.now() - startedAt) * restTimes);
    await sleep(rest, undefined, { signal }).catch(() => undefined);
  }
}

async function* newOnes(
  there: readonly string[],
  files: SeenFiles,
  { signal, onProblem }: WatchOptions,
): AsyncGenerator<FileSource, void, void> {
  for (const file of there) {
    if (signal.aborted) return;
    if (!(await files.isNew(file))) continue;
    const source = asSource(file, files, onProblem);
    if (source) yield source;
  }
}

function asSource(
  file: string,
  files: SeenFiles,
  onProblem: WatchOptions['onProblem'],
): FileSource | undefined {
  try {
    const source = fileSource(file);
    const other = files.ownerOf(source);
    if (other !== undefined) throw nameTaken(source.video, [other, file]);
    return source;
  } catch (error) {
    if (!(error instanceof MvsError)) throw error;
    onProblem({ input: file, error });
    return undefined;
  }
}

interface Seen {
  readonly state: string;
  readonly since: number;
  /** It has been handed out in this state. */
  taken: boolean;
}

/** What is known of the files that are in the folder now; of those that have gone, nothing. */
class SeenFiles {
  readonly #files = new Map<string, Seen>();
  readonly #owners = new Map<string, string>();

  constructor(readonly settleMs: number) {}

  forgetOthers(there: readonly string[]): void {
    const still = new Set(there);
    for (const file of this.#files.keys()) if (!still.has(file)) this.#files.delete(file);
    for (const [video, file] of this.#owners) if (!still.has(file)) this.#owners.delete(video);
  }

  /** Whether it is complete and has not been taken in this state; true once. */
  async isNew(file: string): Promise<boolean> {
    const stats = await stat(file).catch(() => undefined);
    if (!stats) return false;
    const state = `${stats.size} ${stats.mtimeMs}`;
    const known = this.#files.get(file);
    const seen = known?.state === state ? known : { state, since: performance.now(), taken: false };
    this.#files.set(file, seen);
    // One that was moved here is as old as its content. (A clock that goes wrong only makes it wait.)
    const unchangedMs = Math.max(performance.now() - seen.since, Date.now() - stats.mtimeMs);
    if (seen.taken || unchangedMs < this.settleMs || (await isOpenForWriting(file).catch(() => true)))
      return false;
    return (seen.taken = true);
  }

  /** The other file that has its name already; without one the name is this file's. */
  ownerOf({ video, input }: FileSource): string | undefined {
    const owner = this.#owners.get(video) ?? input;
    this.#owners.set(video, owner);
    return owner === input ? undefined : owner;
  }
}
