/** A path as one word of a shell, whatever it contains. */
export function quotedFor(shell: string, path: string): string {
  const inside =
    shell === 'fish' ? path.replaceAll(/['\\]/g, String.raw`\$&`) : path.replaceAll("'", String.raw`'\''`);
  return `'${inside}'`;
}
