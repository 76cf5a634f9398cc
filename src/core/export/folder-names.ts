import { createHash } from 'node:crypto';
import { encodedName } from '../base/encoded-name.js';

/** What Windows and macOS take too. */
const rules = { prefix: '', unsafe: /[^\p{L}\p{N}\p{M}\p{Pd} _.@+=,()[\]]/u, maxBytes: 180 };
/** Devices of Windows, whatever follows a dot. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** Names of folders for videos, which file systems keep apart that ignore case or the form of accents. */
export class FolderNames {
  readonly #taken = new Map<string, string>();

  of(video: string): string {
    const name = encodedName(video, rules).replaceAll(/^[. ]|[. ]$/g, (end) => (end === '.' ? '%2e' : '%20'));
    const folded = name.normalize('NFC').toLowerCase();
    const owner = this.#taken.get(folded) ?? video;
    this.#taken.set(folded, owner);
    if (owner === video && !reserved.test(name)) return name;
    return `${name}~${createHash('sha256').update(video).digest('hex').slice(0, 12)}`;
  }
}

/** The name of the picture of a frame, in the folder of its video. */
export function pictureName(frame: number): string {
  return `frame-${String(frame).padStart(8, '0')}.jpg`;
}
