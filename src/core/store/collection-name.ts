import { encodedName } from '../base/encoded-name.js';

/** All collections of mvs itself begin with `mvs.`, and so do encoded names: no name begins so that is used as it is. */
const encodedPrefix = 'mvs.name=';

/** MongoDB allows 255 bytes for `database.collection`, and 63 for the name of a database. */
const maxBytes = 180;

/**
 * The collection of a video: its name, as in the predecessor, where MongoDB and its driver allow that. Other names are encoded, so that
 * no two videos share a collection: `a$b` → `mvs.name=a%24b`. A name that is too long for that is cut, and its SHA-256 is added;
 * `mvs.videos` has all of it.
 * @param place of the model version; `cat` of a version that is not the primary one → `mvs.model=3f2a9c1b7d04.cat`
 */
export function collectionNameOf(video: string, place = ''): string {
  if (place !== '') return encoded(video, `mvs.model=${place}.`);
  return isAllowed(video) ? video : encoded(video, encodedPrefix);
}

function isAllowed(name: string): boolean {
  return (
    name !== '' && Buffer.byteLength(name) <= maxBytes && !/[$\0]|\.\.|^\.|\.$|^(system|mvs)\./.test(name)
  );
}

/** `~` is encoded too, so that it only occurs before a hash. */
const unsafe = /[%$.~\p{Cc}]/u;

function encoded(video: string, prefix: string): string {
  return encodedName(video, { prefix, unsafe, maxBytes });
}
