import { stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { foundFile } from './expand.js';
import { listFolder } from './listing.js';
import { nameTaken, type NameForm } from './names.js';
import { NotTaken } from './not-taken.js';
import { MvsError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { quoted } from '../base/text.js';
import { withoutLinks } from './same-file.js';
import { SeenFiles, type Seen } from './seen-files.js';
import { fileProblem } from './files.js';
import type { FileSource, SourceProblem } from './source.js';

interface FolderOptions {
  readonly recursive: boolean;
  readonly nameFrom: NameForm;
  /** Milliseconds without change after which a file counts as complete. */
  readonly settleMs: number;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Called once for files that cannot be videos of their own, and for files and folders that cannot be read. */
  readonly onProblem: (problem: SourceProblem) => void;
}

/** A file that is complete. */
export interface WatchedFile {
  readonly source: FileSource;
  /** Yields the file once more after this many milliseconds, unless it has changed or disappeared by then. */
  readonly later: (ms: number) => void;
}

/** The pause between two scans, at least this many times longer than a scan, to spare a large folder on a slow disk. */
const scanEveryMs = 500;
const restTimes = 10;

/**
 * Yields the present and future video files of a folder, each once, when it is complete. A file is yielded again if its content
 * has changed, or its reader asks for that. The folder is scanned repeatedly, because network disks and containers have no file system events.
 *
 * @throws MvsError NO_INPUT if the folder cannot be read at the start; later failures are retried.
 */
export async function* watchFolder(
  folder: string,
  options: FolderOptions,
): AsyncGenerator<WatchedFile, void, void> {
  const { recursive, settleMs, signal, log } = options;
  await mustBeFolder(folder);
  const files = new SeenFiles(settleMs);
  const problems = new Problems(options.onProblem);
  const notTaken = new NotTaken(log);
  let unavailable = false;
  for (let first = true; !signal.aborted; first = false) {
    const startedAt = performance.now();
    let rest = scanEveryMs;
    try {
      const listing = await listFolder(folder, recursive);
      const there = await withoutLinks(folder, listing);
      // Measured here, without the time that readers take.
      rest = Math.max(scanEveryMs, (performance.now() - startedAt) * restTimes);
      unavailable = false;
      notTaken.found(listing);
      problems.found(listing.problems);
      files.found(
        there,
        listing.problems.map(({ input }) => input),
      );
      yield* newOnes(folder, there.toSorted(), files, options);
    } catch (error) {
      const problem = fileProblem(folder, error);
      if (first) throw problem;
      if (!unavailable) log.warn(`${problem.message}; scanning again until it is back`);
      unavailable = true;
    }
    await sleep(rest, undefined, { signal }).catch(() => undefined);
  }
}

/** Reports each problem once, and again only if it was solved in the meantime. */
class Problems {
  #known = new Set<string>();

  constructor(readonly report: FolderOptions['onProblem']) {}

  found(problems: readonly SourceProblem[]): void {
    for (const problem of problems) if (!this.#known.has(problem.input)) this.report(problem);
    this.#known = new Set(problems.map(({ input }) => input));
  }
}

/** @throws MvsError NO_INPUT */
export async function mustBeFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch((error: unknown) => {
    throw fileProblem(folder, error);
  });
  if (found.isDirectory()) return;
  const what = found.isFile() ? 'a file' : 'not a folder';
  throw new MvsError('NO_INPUT', `${quoted(folder)} is ${what}, and --watch needs a folder`, {
    hint: found.isFile()
      ? `To produce this file, leave out --watch. To watch for new files, use --watch ${quoted(path.dirname(folder))}.`
      : 'Give a folder to --watch.',
  });
}

async function* newOnes(
  folder: string,
  there: readonly string[],
  files: SeenFiles,
  options: FolderOptions,
): AsyncGenerator<WatchedFile, void, void> {
  for (const file of there) {
    if (options.signal.aborted) return;
    const seen = await files.whole(file);
    const source = seen && sourceOf(folder, file, seen, files, options);
    if (!source) continue;
    seen.takenUntil = Infinity;
    yield { source, later: (ms) => void (seen.takenUntil = performance.now() + ms) };
  }
}

/** The video of a file; undefined if it cannot be one, or has to wait for its name. Reports a problem once. */
function sourceOf(
  folder: string,
  file: string,
  seen: Seen,
  files: SeenFiles,
  { nameFrom, onProblem }: FolderOptions,
): FileSource | undefined {
  try {
    const source = foundFile(file, folder, nameFrom);
    const owner = files.ownerOf(source);
    if (owner === source) return source;
    // The owner is missing at the moment: it may have been removed, which would free its name.
    if (files.isMissing(owner.input)) return undefined;
    throw nameTaken(source.video, [owner, source], nameFrom);
  } catch (error) {
    if (!(error instanceof MvsError)) throw error;
    if (!seen.reported) onProblem({ input: file, error });
    seen.reported = true;
    return undefined;
  }
}
