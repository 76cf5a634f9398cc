import { StringDecoder } from 'node:string_decoder';

/** Longer ones are cut: a file may make ffmpeg write a line of any length. */
const maxLength = 64 << 10;

/**
 * The lines of a text, split at line feeds (with a carriage return before them, perhaps) and nowhere else: Node's readline splits at U+2028 and carriage returns too, which a file can
 * have in its title.
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of chunks) {
    const parts = decoder.write(Buffer.from(chunk)).split('\n');
    parts[0] = rest + (parts[0] ?? '');
    rest = (parts.pop() ?? '').slice(0, maxLength);
    for (const line of parts) yield line.slice(0, maxLength).replace(/\r$/, '');
  }
  rest += decoder.end();
  if (rest !== '') yield rest;
}
