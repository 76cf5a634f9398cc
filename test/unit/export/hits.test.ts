import { expect, it } from 'vitest';
import { hitsOf, type Hit } from '../../../src/core/export/hits.js';
import type { GlimpsedFrame } from '../../../src/core/store/port.js';

/** One letter a frame, one frame a second from 0; pages of three. Dogs match. */
async function hits(letters: string, pad: number): Promise<Hit[]> {
  const frames = Array.from(letters, (letter, n): GlimpsedFrame => {
    const what = { label: letter === 'd' ? 'dog' : 'cat', classIndex: 0, confidence: (n + 1) / 10 };
    return { frame: n + 1, time: n, ...what, processedAt: new Date(0) };
  });
  async function* glimpses(): AsyncGenerator<GlimpsedFrame[]> {
    for (let n = 0; n < frames.length; n += 3) yield await Promise.resolve(frames.slice(n, n + 3));
  }
  const found: Hit[] = [];
  for await (const hit of hitsOf({ glimpses }, 'video', { classes: { labels: ['dog'], except: [] } }, pad))
    found.push(hit);
  return found;
}

it.each<[string, number, [number, number, number, number][]]>([
  ['', 1, []],
  ['cccc', 1, []],
  // A frame lasts until the next one, and the last one as long as the one before.
  ['cddcc', 0, [[1, 3, 2, 3]]],
  ['ccdd', 0, [[2, 4, 3, 4]]],
  ['d', 0, [[0, 1, 1, 1]]],
  [
    'dcdc',
    0,
    [
      [0, 1, 1, 1],
      [2, 3, 3, 3],
    ],
  ],
  // Padding does not begin before the video; clips that touch become one.
  ['dccdc', 1, [[0, 5, 1, 4]]],
  [
    'dcccdc',
    1,
    [
      [0, 2, 1, 1],
      [3, 6, 5, 5],
    ],
  ],
  ['dddddddd', 0.5, [[0, 8.5, 1, 8]]],
])('the parts of %j with %d s around them', async (letters, pad, expected) => {
  const found = await hits(letters, pad);
  expect(found.map(({ from, to, firstFrame, lastFrame }) => [from, to, firstFrame, lastFrame])).toEqual(
    expected,
  );
});

it('a part counts its frames, with their mean confidence and most frequent label', async () => {
  expect(await hits('cddd', 0)).toMatchObject([
    { frames: 3, meanConfidence: expect.closeTo(0.3, 9) as number, label: 'dog' },
  ]);
});
