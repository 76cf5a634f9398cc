import { createHash } from 'node:crypto';

/** How text becomes a name of limited length. */
export interface NameRules {
  readonly prefix: string;
  /** Matches one character that a name must not have. Must include `%` and `~`, which have a meaning in encoded names. */
  readonly unsafe: RegExp;
  readonly maxBytes: number;
}

/**
 * A name that no other text has: unsafe characters become `%` and the hexadecimal digits of their bytes. A name that is too long is cut,
 * and the SHA-256 of the text is added behind `~`.
 */
export function encodedName(text: string, { prefix, unsafe, maxBytes }: NameRules): string {
  const encode = (character: string): string =>
    unsafe.test(character) ? percentEncoded(character) : character;
  const whole = prefix + Array.from(text, encode).join('');
  if (Buffer.byteLength(whole) <= maxBytes) return whole;
  const hash = `~${createHash('sha256').update(text).digest('hex')}`;
  return `${startOf(whole, maxBytes - hash.length)}${hash}`;
}

function percentEncoded(character: string): string {
  return Buffer.from(character)
    .toString('hex')
    .replaceAll(/../g, (byte) => `%${byte}`);
}

/** As many whole characters as fit. */
function startOf(text: string, bytes: number): string {
  let start = '';
  let left = bytes;
  for (const character of text) {
    left -= Buffer.byteLength(character);
    if (left < 0) break;
    start += character;
  }
  return start;
}
