import { expect, test } from 'vitest';
import { Extraction } from '../../../src/core/extract/extraction.js';
import type { ExtractedFrame, ExtractionTotals } from '../../../src/core/extract/extract.js';

const sampling = { video: 'long', fingerprint: 'ab'.repeat(32), sampling: 'every=1' };

/** A file whose last frame has this number, of so many that were decoded. */
function extractionOf(frame: number, framesDecoded: number): Extraction {
  // eslint-disable-next-line @typescript-eslint/require-await -- as ffmpeg's frames come
  async function* run(): AsyncGenerator<ExtractedFrame, ExtractionTotals, void> {
    yield { frame, time: 1, jpeg: new Uint8Array() };
    return { framesDecoded, framesExtracted: 1, damaged: false, problems: [] };
  }
  return new Extraction(run(), undefined);
}

async function numbersOf(extraction: Extraction): Promise<number[]> {
  const numbers: number[] = [];
  for await (const { frame } of extraction.frames(sampling)) numbers.push(frame);
  return numbers;
}

test('a video may have as many frames as its readers believe', async () => {
  expect(await numbersOf(extractionOf(100_000_000, 100_000_000))).toEqual([100_000_000]);
});

test.each([
  ['a frame beyond them', 100_000_001, 100_000_001],
  ['more of them that are not published', 99_999_999, 100_000_001],
])('%s is refused before it is published', async (_, frame, framesDecoded) => {
  await expect(numbersOf(extractionOf(frame, framesDecoded))).rejects.toMatchObject({
    code: 'SOURCE_TOO_LARGE',
    hint: 'Split it into shorter videos.',
  });
});
