import { setTimeout as sleep } from 'node:timers/promises';
import { foundFile } from './expand.js';
import { nameTaken } from './find.js';
import { MvsError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { SeenFiles, type Seen } from './seen-files.js';
import { fileProblem, videosBelow } from './files.js';
import type { FileSource, SourceProblem } from './source.js';

interface FolderOptions {
  readonly recursive: boolean;
  /** Milliseconds without change after which a file is taken for complete. */
  readonly settleMs: number;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Told of files that cannot be videos of their own. */
  readonly onProblem: (problem: SourceProblem) => void;
}

/** A file that is complete. */
export interface WatchedFile {
  readonly source: FileSource;
  /** Has it handed out once more, after so many milliseconds, unless it has changed or gone by then. */
  readonly later: (ms: number) => void;
}

/** Between two looks, and so many times longer than a look takes: a large folder on a slow disk gets some rest. */
const lookEveryMs = 500;
const restTimes = 10;

/**
 * The video files of a folder, those that are there and those that come, each when it is complete, and once; again
 * where its content has changed, or who took it asks for that. It is looked at again and again and not watched by the system's events, which network
 * disks and containers do not have.
 *
 * @throws MvsError NO_INPUT where the folder cannot be read when it begins; later on it is waited for.
 */
export async function* watchFolder(
  folder: string,
  options: FolderOptions,
): AsyncGenerator<WatchedFile, void, void> {
  const { recursive, settleMs, signal, log } = options;
  const files = new SeenFiles(settleMs);
  let away = false;
  for (let first = true; !signal.aborted; first = false) {
    const startedAt = performance.now();
    let rest = lookEveryMs;
    try {
      const there = await videosBelow(folder, recursive);
      // Not the time for which whoever reads these is busy with one.
      rest = Math.max(lookEveryMs, (performance.now() - startedAt) * restTimes);
      away = false;
      files.found(there);
      yield* newOnes(there.sort(), files, options);
    } catch (error) {
      const problem = fileProblem(folder, error);
      if (first) throw problem;
      if (!away) log.warn(`${problem.message}; looking again until it is back`);
      away = true;
    }
    await sleep(rest, undefined, { signal }).catch(() => undefined);
  }
}

async function* newOnes(
  there: readonly string[],
  files: SeenFiles,
  { signal, onProblem }: FolderOptions,
): AsyncGenerator<WatchedFile, void, void> {
  for (const file of there) {
    if (signal.aborted) return;
    const seen = await files.whole(file);
    const source = seen && sourceOf(file, seen, files, onProblem);
    if (!source) continue;
    seen.takenUntil = Infinity;
    yield { source, later: (ms) => void (seen.takenUntil = performance.now() + ms) };
  }
}

/** The video of a file; undefined where it cannot be one, or has to wait for its name. Says so once. */
function sourceOf(
  file: string,
  seen: Seen,
  files: SeenFiles,
  onProblem: FolderOptions['onProblem'],
): FileSource | undefined {
  try {
    const source = foundFile(file);
    const owner = files.ownerOf(source);
    if (owner === source) return source;
    // One that is not there at the moment has gone, perhaps, and its name will be free.
    if (files.isMissing(owner.input)) return undefined;
    throw nameTaken(source.video, [owner, source]);
  } catch (error) {
    if (!(error instanceof MvsError)) throw error;
    if (!seen.told) onProblem({ input: file, error });
    seen.told = true;
    return undefined;
  }
}
