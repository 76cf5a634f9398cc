/** A command as a shell reads it. Control characters of a name must not reach a terminal: bash, zsh and ksh read them as `$'\\x1b'`. */
export function shellCommand(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}

/** One word of a command as a shell reads it. */
export function shellWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (!/\p{Cc}/u.test(word)) return `'${word.replaceAll("'", String.raw`'\''`)}'`;
  const escaped = word.replaceAll(/[\\']/g, String.raw`\$&`).replaceAll(/\p{Cc}/gu, escapedBytes);
  return `$'${escaped}'`;
}

function escapedBytes(character: string): string {
  return Array.from(Buffer.from(character), (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}
