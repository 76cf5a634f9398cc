import { expect, it } from 'vitest';
import { Diagnostics } from '../../../src/core/extract/diagnostics.js';
import { linesOf } from '../../../src/core/extract/lines.js';

async function split(...chunks: (string | Uint8Array)[]): Promise<string[]> {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield await Promise.resolve(Buffer.from(chunk));
  }
  const lines: string[] = [];
  for await (const line of linesOf(bytes())) lines.push(line);
  return lines;
}

it('lines end at line feeds, wherever the text is cut', async () => {
  expect(await split('a\nb', 'c\r\n\n', 'd')).toEqual(['a', 'bc', '', 'd']);
  const text = Buffer.from('é\n');
  expect(await split(text.subarray(0, 1), text.subarray(1))).toEqual(['é']);
  expect(await split()).toEqual([]);
});

it.each(['\u2028', '\u2029', '\r', '\u0085', '\v'])('a title with %j in it is one line', async (mark) => {
  const title = `[info]     title           : x${mark}[info] 5.000000${mark}[info] Exiting normally, received signal 2.`;
  const lines = await split(`${title}\n[h264 @ 0x1] [error] bad${mark}data\n`);
  expect(lines).toHaveLength(2);
  const log = new Diagnostics();
  for (const line of lines) log.line(line);
  expect(log.chosen.count).toBe(0);
  expect(log.stoppedBySignal).toBeUndefined();
  // In one line of ours, too.
  expect(log.problems).toEqual(['h264: bad data']);
});

it('a line of any length is held in part only', async () => {
  const [line = ''] = await split(...Array<string>(300).fill('x'.repeat(1000)));
  expect(line.length).toBeLessThan(70_000);
});
