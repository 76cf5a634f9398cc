import { describe, expect, test } from 'vitest';
import { mostCandidates } from '../../../src/core/classifier/detect/best.js';
import type { Candidate } from '../../../src/core/classifier/detect/candidate.js';
import { detector, predictionsOf, type Shown } from '../../../src/core/classifier/detect/detector.js';
import { overlap, suppress } from '../../../src/core/classifier/detect/suppress.js';
import type { Model } from '../../../src/core/classifier/model.js';
import type { DetectOutput } from '../../../src/core/classifier/detect/settings.js';

const model: Model = {
  name: 'test',
  input: { width: 100, height: 100, colorOrder: 'rgb', mean: [0, 0, 0], std: [1, 1, 1] },
  resize: { mode: 'squash', fraction: 1, kernel: 'linear' },
  output: 'probabilities',
  labels: ['cat', 'dog'],
  files: {},
};
const settings: DetectOutput = {
  form: 'candidates',
  ...{ boxes: 'b', scores: 's', box: 'xyxy', unit: 'fraction', activation: 'none', background: 'none' },
  ...{ minScore: 0.3, maxOverlap: 0.5, maxObjects: 3 },
};
const everything: Shown = { left: 0, top: 0, width: 1, height: 1 };
const parts = (candidates: number) => [
  { name: 'b', shape: [candidates, 4] },
  { name: 's', shape: [candidates, 2] },
];
/** The two outputs for one picture, one after the other. */
const row = (boxes: readonly (readonly number[])[], scores: readonly (readonly number[])[]) =>
  Float32Array.from([...boxes.flat(), ...scores.flat()]);

describe('detector', () => {
  test('finds the objects of a picture, best first', () => {
    const detect = detector(model, settings, parts(3));
    const boxes = [
      [0, 0, 0.5, 0.5],
      [0.02, 0, 0.52, 0.5],
      [0.5, 0.5, 1, 0.75],
    ];
    const scores = [
      [0.5, 0.125],
      [0.75, 0.125],
      [0.25, 0.875],
    ];
    expect(detect(row(boxes, scores), everything)).toEqual([
      { label: 'dog', classIndex: 1, confidence: 0.875, box: [0.5, 0.5, 0.5, 0.25] },
      { label: 'cat', classIndex: 0, confidence: 0.75, box: [0.02, 0, 0.5, 0.5] },
    ]);
  });

  test('returns boxes relative to the picture, cut at its edges, and none from the bars', () => {
    const detect = detector(model, settings, parts(2));
    const boxes = [
      [0.25, 0, 0.5, 0.5],
      [0, 0, 1, 0.125],
    ];
    const found = detect(
      row(boxes, [
        [0.5, 0],
        [0.5, 0],
      ]),
      { left: 0, top: 0.25, width: 1, height: 0.5 },
    );
    expect(found.map(({ box }) => box)).toEqual([[0.25, 0, 0.25, 0.5]]);
  });

  test('leaves out what is not made of numbers, or not in the picture, and does not count it', () => {
    const rows: DetectOutput = {
      form: 'rows',
      ...{ box: 'xyxy', unit: 'fraction', firstClass: 0, minScore: 0.3, maxOverlap: 1, maxObjects: 1 },
    };
    const good = [0, 0, 0.5, 0.5, 0.5, 1];
    const bad = [
      [0, 0, 0.5, 0.5, NaN, 0],
      [0, 0, 0.5, 0.5, Infinity, 0],
      [0, 0, 0.5, 0.5, 0.9, NaN],
      [0, 0, 0.5, 0.5, 0.9, Infinity],
      [NaN, 0, 0.5, 0.5, 0.9, 0],
      [-Infinity, 0, Infinity, 0.5, 0.9, 0],
      [1, 0, 1.5, 0.5, 0.9, 0],
      [0.5, 0, 0.5, 0.5, 0.9, 0],
      [0.5, 0, 0.500001, 0.5, 0.9, 0],
      [0.5, 0, 0.25, 0.5, 0.9, 0],
    ];
    const detect = detector(model, rows, [{ name: 'rows', shape: [11, 6] }]);
    expect(detect(Float32Array.from([...bad.flat(), ...good]), everything)).toEqual([
      { label: 'dog', classIndex: 1, confidence: 0.5, box: [0, 0, 0.5, 0.5] },
    ]);
  });

  test('compares no more candidates than the limit, and does not count those in the bars', () => {
    const beside = (left: number, score: number) => ({ box: [left, 0, left + 0.125, 1], score: [0, score] });
    const many = (one: ReturnType<typeof beside>) => Array.from({ length: mostCandidates }, () => one);
    const [best, other] = [beside(0.5, 0.875), beside(0.75, 0.5)];
    const found = (all: readonly ReturnType<typeof beside>[]) => {
      const detect = detector(model, settings, parts(all.length));
      const flat = row(
        all.map(({ box }) => box),
        all.map(({ score }) => score),
      );
      return detect(flat, { left: 0.25, top: 0, width: 0.75, height: 1 }).map((object) => object.confidence);
    };
    expect(found([...many(beside(0, 1)), best, other])).toEqual([0.875, 0.5]);
    expect(found([...many(best).slice(1), other])).toEqual([0.875, 0.5]);
    expect(found([other, ...many(best)])).toEqual([0.875]);
  });

  test('refuses a network with other classes or outputs', () => {
    const wrong = [parts(1)[0], { name: 's', shape: [1, 3] }].filter((part) => part !== undefined);
    expect(() => detector(model, settings, wrong)).toThrow('returns 3 classes, but there are 2 labels');
    const short = [
      { name: 'b', shape: [2, 3] },
      { name: 's', shape: [2, 2] },
    ];
    expect(() => detector(model, settings, short)).toThrow(/b n×2×3, s n×2×2.*"candidates"/);
  });
});

describe('suppress', () => {
  const candidate = (
    classIndex: number,
    score: number,
    ...corners: [number, number, number, number]
  ): Candidate => ({
    classIndex,
    score,
    corners,
  });

  test('measures intersection over union', () => {
    expect(overlap([0, 0, 2, 2], [1, 0, 3, 2])).toBeCloseTo(1 / 3);
    expect(overlap([0, 0, 1, 1], [1, 0, 2, 1])).toBe(0);
  });

  test('keeps the best of overlapping boxes of one class, and at most so many', () => {
    const [best, covered, other, beside] = [
      candidate(0, 0.9, 0, 0, 2, 2),
      candidate(0, 0.8, 0, 0, 2, 1.5),
      candidate(1, 0.7, 0, 0, 2, 2),
      candidate(0, 0.6, 1, 0, 3, 2),
    ];
    const all = [best, covered, other, beside];
    expect(suppress(all, { maxOverlap: 0.5, maxObjects: 10 })).toEqual([best, other, beside]);
    expect(suppress(all, { maxOverlap: 0.5, maxObjects: 2 })).toEqual([best, other]);
    expect(suppress(all, { maxOverlap: 1, maxObjects: 10 })).toEqual([best, covered, other, beside]);
  });
});

describe('predictions of a detector', () => {
  const object = (label: string, classIndex: number, confidence: number) => ({
    ...{ label, classIndex, confidence },
    box: [0, 0, 1, 1] as const,
  });

  test('are the best of each class', () => {
    const objects = [object('dog', 1, 0.9), object('dog', 1, 0.8), object('cat', 0, 0.7)];
    expect(predictionsOf(objects, 2)).toEqual([
      { label: 'dog', classIndex: 1, confidence: 0.9 },
      { label: 'cat', classIndex: 0, confidence: 0.7 },
    ]);
    expect(predictionsOf(objects, 1)).toHaveLength(1);
  });

  test('say "nothing" of a picture without objects', () => {
    expect(predictionsOf([], 5)).toEqual([{ label: 'nothing', classIndex: -1, confidence: 0 }]);
  });
});
