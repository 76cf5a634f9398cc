import path from 'node:path';
import { entriesOf, type Entry } from './entries.js';
import { isVideoFile } from './extensions.js';
import { fileProblem } from './files.js';
import type { SourceProblem } from './source.js';

/** The content of a folder, without hidden files and folders (`._clip.mp4` of macOS, `.Trash`). */
export interface Listing {
  /** Files with the extension of a video. */
  readonly videos: string[];
  /** Those of them that are links. */
  readonly links: Set<string>;
  /** Other files, which may be videos all the same. */
  readonly others: string[];
  /** Links to folders, which may form cycles, and what is no file. */
  readonly ignored: string[];
  /** What should have been read and cannot be. */
  readonly problems: SourceProblem[];
}

/**
 * @param recursive includes the folders below
 * @throws MvsError NO_INPUT if the folder itself cannot be read.
 */
export async function listFolder(folder: string, recursive: boolean): Promise<Listing> {
  const listing: Listing = { videos: [], links: new Set(), others: [], ignored: [], problems: [] };
  await addFolder(listing, folder, recursive).catch((error: unknown) => {
    throw fileProblem(folder, error);
  });
  return listing;
}

/** @throws what the file system throws about the folder itself */
async function addFolder(listing: Listing, folder: string, recursive: boolean): Promise<void> {
  for (const entry of await entriesOf(folder)) {
    if (entry.name.startsWith('.')) continue;
    const found = path.join(folder, entry.name);
    if (entry.kind !== 'folder') addFile(listing, found, entry, recursive);
    else if (recursive && entry.isLink) listing.ignored.push(found);
    else if (recursive && entry.problem) listing.problems.push({ input: found, error: entry.problem });
    else if (recursive)
      await addFolder(listing, found, true).catch((error: unknown) => {
        // It may have been removed in the meantime.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
          listing.problems.push({ input: found, error: fileProblem(found, error) });
      });
  }
}

function addFile(
  { videos, links, others, ignored, problems }: Listing,
  found: string,
  { kind, isLink, problem }: Entry,
  recursive: boolean,
): void {
  const isVideo = isVideoFile(found);
  // A link that leads to a place that cannot be entered may be one to a folder.
  if (problem && (isVideo || (recursive && kind === 'hidden')))
    problems.push({ input: found, error: problem });
  else if (problem || kind !== 'file') ignored.push(found);
  else {
    (isVideo ? videos : others).push(found);
    if (isVideo && isLink) links.add(found);
  }
}
