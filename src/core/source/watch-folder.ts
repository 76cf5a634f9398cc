import { stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { foundFile } from './expand.js';
import { nameTaken } from './find.js';
import { MvsError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { quoted } from '../base/text.js';
import { SeenFiles, type Seen } from './seen-files.js';
import { fileProblem, videosBelow } from './files.js';
import type { FileSource, SourceProblem } from './source.js';

interface FolderOptions {
  readonly recursive: boolean;
  /** Milliseconds without change after which a file counts as complete. */
  readonly settleMs: number;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Called for files that cannot be videos of their own. */
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
  let unavailable = false;
  for (let first = true; !signal.aborted; first = false) {
    const startedAt = performance.now();
    let rest = scanEveryMs;
    try {
      const there = await videosBelow(folder, recursive);
      // Measured here, without the time that readers take.
      rest = Math.max(scanEveryMs, (performance.now() - startedAt) * restTimes);
      unavailable = false;
      files.found(there);
      yield* newOnes(there.sort(), files, options);
    } catch (error) {
      const problem = fileProblem(folder, error);
      if (first) throw problem;
      if (!unavailable) log.warn(`${problem.message}; scanning again until it is back`);
      unavailable = true;
    }
    await sleep(rest, undefined, { signal }).catch(() => undefined);
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

/** The video of a file; undefined if it cannot be one, or has to wait for its name. Reports a problem once. */
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
    // The owner is missing at the moment: it may have been removed, which would free its name.
    if (files.isMissing(owner.input)) return undefined;
    throw nameTaken(source.video, [owner, source]);
  } catch (error) {
    if (!(error instanceof MvsError)) throw error;
    if (!seen.reported) onProblem({ input: file, error });
    seen.reported = true;
    return undefined;
  }
}
