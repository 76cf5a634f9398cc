import type { Log } from '../base/log.js';
import { quoted } from '../base/text.js';
import { mayBeVideo } from './extensions.js';
import type { Listing } from './listing.js';

const usually = 'no videos, copies beside a video of the same name, or links to folders';
/** The content of a file says nothing while it is being written. */
const watched = 'their extensions are not those of videos, or they are links to folders';

/** One line for all files that were not taken; undefined if there is none. */
export function notTakenNote(files: readonly string[], why = usually): string | undefined {
  if (files.length === 0) return undefined;
  const shown = files.slice(0, 3).map(quoted).join(', ');
  const more = files.length > 3 ? ` and ${files.length - 3} more` : '';
  const what = files.length === 1 ? '1 file is' : `${files.length} files are`;
  return `${what} not taken (${why}): ${shown}${more}. Name a file itself to force it.`;
}

/** Says which files of a watched folder are not taken: all at first, and then those that may be videos and stay. */
export class NotTaken {
  readonly #said = new Set<string>();
  #before: ReadonlySet<string> | undefined;

  constructor(readonly log: Log) {}

  found({ others, ignored }: Listing): void {
    const before = this.#before;
    this.#before = new Set(others);
    const left = before
      ? others.filter((file) => before.has(file) && mayBeVideo(file) && !this.#said.has(file))
      : [...others, ...ignored];
    for (const file of left) this.#said.add(file);
    const note = notTakenNote(left, watched);
    if (note !== undefined) this.log.info(note);
  }
}
