import { expect, test } from 'vitest';
import type { Frames } from '../../../src/core/extract/extract.js';
import type { SamplingMethod } from '../../../src/core/frames/sampling.js';
import { readFrameList } from '../../../src/core/frames/frame-list.js';
import { FrameMessages } from '../../../src/core/produce/frame-messages.js';
import { decode } from '../../../src/core/stream/codec.js';

const run = { video: 'long', fingerprint: 'ab'.repeat(32), sampling: 'every=1' };

function messagesOf(samplingMethod: SamplingMethod = { every: 1 }): FrameMessages {
  return new FrameMessages(run, { samplingMethod, partitionBy: 'frame' });
}

let closed = false;

/** A file with these frames, of so many that were decoded. */
// eslint-disable-next-line @typescript-eslint/require-await -- as ffmpeg's frames come
async function* framesOf(numbers: readonly number[], framesDecoded: number): Frames {
  closed = false;
  try {
    for (const frame of numbers) yield { frame, time: frame / 10, jpeg: Buffer.of(frame % 256) };
    return { framesDecoded, framesExtracted: numbers.length, damaged: false, problems: [] };
  } finally {
    closed = true;
  }
}

async function numbersIn(messages: FrameMessages, frames: Frames): Promise<number[]> {
  const numbers: number[] = [];
  for await (const message of messages.of(frames)) {
    const decoded = decode(message);
    if (decoded.type === 'frame') numbers.push(decoded.frame.frame);
  }
  return numbers;
}

test('each frame is one message, in order, and the totals come after the last', async () => {
  const messages = messagesOf();
  expect(() => messages.totals).toThrow('before the last frame');
  expect(await numbersIn(messages, framesOf([1, 2, 3], 3))).toEqual([1, 2, 3]);
  expect(messages.totals).toMatchObject({ framesDecoded: 3, framesExtracted: 3 });
  expect(messages.frameList).toBeUndefined();
});

test('a message has the name, content and sampling of its run, and the frame as it was', async () => {
  const { value } = await messagesOf()
    .of(framesOf([7], 7))
    .next();
  if (!value) throw new Error('there is no message');
  expect(decode(value)).toEqual({
    type: 'frame',
    frame: { ...run, frame: 7, time: 0.7, jpeg: Buffer.of(7) },
  });
});

test('frames that do not follow from the sampling are listed', async () => {
  const messages = messagesOf({ keyframes: true });
  await numbersIn(messages, framesOf([1, 31, 64], 90));
  expect([...readFrameList(messages.frameList ?? '')]).toEqual([1, 31, 64]);
});

test('a reader who stops early closes the frames', async () => {
  for await (const message of messagesOf().of(framesOf([1, 2], 2))) {
    expect(message.ordered).toBe(false);
    break;
  }
  expect(closed).toBe(true);
});

test('a video may have as many frames as its readers accept', async () => {
  expect(await numbersIn(messagesOf(), framesOf([100_000_000], 100_000_000))).toEqual([100_000_000]);
});

test.each([
  ['a frame beyond them', 100_000_001, 100_000_001],
  ['more of them that are not published', 99_999_999, 100_000_001],
])('%s is refused before it is published', async (_, frame, framesDecoded) => {
  await expect(numbersIn(messagesOf(), framesOf([frame], framesDecoded))).rejects.toMatchObject({
    code: 'SOURCE_TOO_LARGE',
    hint: 'Split it into shorter videos.',
  });
  expect(closed).toBe(true);
});
