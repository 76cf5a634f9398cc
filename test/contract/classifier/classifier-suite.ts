import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Classifier, EngineName } from '../../../src/core/classifier/port.js';
import { asFrame, framed, model, predictionsOf, references } from './classifier.js';

const pictures = await references();
const framedPictures = await Promise.all(pictures.map(({ picture }) => framed(picture)));
export const frames = await Promise.all(pictures.map(({ picture }) => asFrame(picture)));

export interface Answer {
  readonly label: string;
  readonly confidence: number;
}

/**
 * What every classifier promises, wherever its network runs; called inside a `describe`.
 * @param onAnswered told what it said of each of `frames`
 */
export function classifierSuite(
  engine: EngineName,
  open: () => Promise<Classifier>,
  onAnswered: (answers: Answer[]) => void,
): void {
  let classifier: Classifier;
  beforeAll(async () => {
    classifier = await open();
  });
  afterAll(() => classifier[Symbol.asyncDispose]());

  test('says what it is', () => {
    expect(classifier).toMatchObject({ engine, model: model.name });
  });

  test('sees in encoded pictures what the original network sees', async () => {
    const answers = await classifier.classify(framedPictures, 1);
    for (const [i, { expected }] of pictures.entries()) {
      const [best] = predictionsOf(answers[i]);
      expect(best).toMatchObject({ classIndex: expected[0]?.index, label: expected[0]?.label });
      expect(Math.abs((best?.confidence ?? 0) - (expected[0]?.probability ?? 0))).toBeLessThan(2.5e-3);
    }
  });

  test('ranks as many labels as asked for, best first', async () => {
    for (const topK of [1, 5]) {
      const [answer] = await classifier.classify(frames.slice(0, 1), topK);
      const confidences = predictionsOf(answer).map(({ confidence }) => confidence);
      expect(confidences).toHaveLength(topK);
      expect(confidences).toEqual([...confidences].sort((a, b) => b - a));
    }
  });

  test('answers a batch of 33 in order, each picture as it does alone', async () => {
    const batch = Array.from({ length: 33 }, (_, i) => frames[i % frames.length] ?? Buffer.of());
    const together = (await classifier.classify(batch, 1)).map((answer) => predictionsOf(answer)[0]);
    const alone: typeof together = [];
    for (const frame of frames) alone.push(predictionsOf((await classifier.classify([frame], 1))[0])[0]);
    expect(together).toHaveLength(33);
    for (const [i, best] of together.entries()) {
      const own = alone[i % frames.length];
      expect(best?.classIndex).toBe(own?.classIndex);
      expect(best?.confidence).toBeCloseTo(own?.confidence ?? -1, 4);
    }
    onAnswered(alone.map((best) => ({ label: best?.label ?? '', confidence: best?.confidence ?? 0 })));
  });

  test('answers batches that overlap, each with its own answers', async () => {
    const [forward, backward] = await Promise.all([
      classifier.classify(framedPictures, 1),
      classifier.classify(framedPictures.toReversed(), 1),
    ]);
    const classes = (answers: typeof forward) =>
      answers.map((answer) => predictionsOf(answer)[0]?.classIndex);
    expect(classes(forward)).toEqual(pictures.map(({ expected }) => expected[0]?.index));
    expect(classes(backward)).toEqual(classes(forward).toReversed());
    expect(await classifier.classify([], 1)).toEqual([]);
  });

  test('names bad pictures and answers the good ones among them', async () => {
    const [good = Buffer.of()] = frames;
    const bad = await badPictures(good);
    const mixed = Object.values(bad).flatMap((picture) => [picture, good]);
    const [wanted] = await classifier.classify([good], 1);
    const answers = await classifier.classify(mixed, 1);
    const names = Object.keys(bad);
    for (const [i, reason] of names.entries()) {
      expect(answers[2 * i], reason).toMatchObject({ badFrame: expect.stringMatching(reason) as string });
      const best = predictionsOf(answers[2 * i + 1])[0];
      expect(best?.confidence).toBeCloseTo(predictionsOf(wanted)[0]?.confidence ?? -1, 4);
    }
    expect(await classifier.classify([Buffer.of()], 1)).toEqual([{ badFrame: 'the picture is empty' }]);
  });
}

/** Pictures that nobody can classify, by what is to be said of them. */
async function badPictures(good: Buffer): Promise<Record<string, Buffer>> {
  const bomb = sharp({ create: { width: 10_000, height: 5_001, channels: 3, background: '#000' } });
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  return {
    'is empty': Buffer.of(),
    'not a JPEG or PNG picture': Buffer.from('hello'),
    'begins with 3c737667': svg,
    'end marker is missing': good.subarray(0, good.length / 2),
    'cannot be decoded': Buffer.concat([good.subarray(0, 200), good.subarray(-2)]),
    'more than 50 million pixels': await bomb.png().toBuffer(),
  };
}
