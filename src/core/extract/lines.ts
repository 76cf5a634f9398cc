import { StringDecoder } from 'node:string_decoder';

/** Longer lines are cut: a file can make ffmpeg write a line of any length. */
const maxLength = 64 << 10;

/**
 * The lines of a text, split only at line feeds, with or without a carriage return before them. Node's readline also splits at U+2028 and
 * single carriage returns, which the title of a file can contain.
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
