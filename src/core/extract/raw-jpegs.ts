import type { LocalFile } from '../base/temporary-file.js';
import { openToRead } from '../source/files.js';

/** The first picture is no larger. */
const limit = 32 << 20;
const chunk = 64 << 10;
/** The end of a picture, filling, and the beginning of the next one. */
const next = /\xff\xd9[\0\r\n\xff]{0,16}?\xff\xd8\xff/;
const longest = 21;

/**
 * Whether a file is one JPEG after the other, as cameras send them. ffmpeg takes such a film for a single picture if that has more than
 * 2 kB. A photograph with a preview behind it says so (MPF).
 */
export async function isRawJpegs(source: LocalFile): Promise<boolean> {
  // ffmpeg says what is wrong with a file that cannot be read.
  await using file = await openToRead(source).catch(() => undefined);
  if (!file) return false;
  const buffer = Buffer.alloc(chunk);
  let rest = '';
  for (let at = 0; at < limit;) {
    const { bytesRead } = await file.read({ buffer, position: at, length: at === 0 ? 3 : chunk });
    const text = buffer.toString('latin1', 0, bytesRead);
    if (bytesRead === 0 || (at === 0 && text !== '\xff\xd8\xff')) return false;
    const seen = rest + text;
    if (seen.includes('MPF\0')) return false;
    if (next.test(seen)) return true;
    rest = seen.slice(-longest);
    at += bytesRead;
  }
  return false;
}
