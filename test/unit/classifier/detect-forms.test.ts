import { describe, expect, test } from 'vitest';
import type { Candidate, Decoder, Parts } from '../../../src/core/classifier/detect/candidate.js';
import { candidates, detr } from '../../../src/core/classifier/detect/forms/candidates.js';
import { centernet } from '../../../src/core/classifier/detect/forms/centernet.js';
import { rows } from '../../../src/core/classifier/detect/forms/rows.js';
import { ssd } from '../../../src/core/classifier/detect/forms/ssd.js';
import { yolo, yolov5, yolox } from '../../../src/core/classifier/detect/forms/yolo.js';

const input = { width: 200, height: 100 };
const limits = { minScore: 0.5, maxOverlap: 1, maxObjects: 10 };
const part = (name: string, ...shape: number[]) => ({ name, shape });
const numbers = (...values: number[]) => Float32Array.from(values);

function candidatesOf(decoder: Decoder, parts: Parts): Candidate[] {
  const all: Candidate[] = [];
  decoder.decode(parts, (classIndex, score, box) => {
    all.push({ classIndex, score, corners: decoder.cornersOf(parts, box) });
  });
  return all;
}

/** The corners in pixels of the input, rounded. */
function expectFound(got: readonly Candidate[], ...wanted: readonly (readonly number[])[]): void {
  const { width, height } = input;
  const shown = got.map(({ classIndex, score, corners: [left, top, right, bottom] }) => [
    classIndex,
    Math.round(score * 1000) / 1000,
    ...[left * width, top * height, right * width, bottom * height].map(
      (value) => Math.round(value * 100) / 100,
    ),
  ]);
  expect(shown).toEqual(wanted);
}

describe('ssd', () => {
  const settings = { form: 'ssd', boxes: 'b', classes: 'c', scores: 's', ...limits } as const;
  const parts = [part('b', 3, 4), part('c', 3), part('s', 3)];
  const boxes = numbers(0.1, 0.2, 0.5, 0.6, 0, 0, 1, 1, 0.2, 0.2, 0.4, 0.4);

  test('reads boxes, classes and scores', () => {
    const decoder = ssd({ ...settings, box: 'yxyx', unit: 'fraction', firstClass: 1 }, parts, input);
    const found = candidatesOf(decoder, [boxes, numbers(3, 1, 2), numbers(0.75, 0.25, 0.5)]);
    expectFound(found, [2, 0.75, 40, 10, 120, 50], [1, 0.5, 40, 20, 80, 40]);
  });

  test('reads no more boxes than are valid', () => {
    const usual = { ...settings, box: 'yxyx', unit: 'fraction', firstClass: 0 } as const;
    const decoder = ssd({ ...usual, count: 'n' }, [...parts, part('n', 1)], input);
    expectFound(
      candidatesOf(decoder, [boxes, numbers(0, 0, 0), numbers(0.9, 0.9, 0.9), numbers(1)]),
      [0, 0.9, 40, 10, 120, 50],
    );
  });

  test('leaves out what is not a number', () => {
    const decoder = ssd({ ...settings, box: 'yxyx', unit: 'fraction', firstClass: 0 }, parts, input);
    expectFound(candidatesOf(decoder, [boxes, numbers(0, 0, 0), numbers(NaN, 0, NaN)]));
  });
});

test('rows: box in pixels, score, class', () => {
  const settings = { form: 'rows', box: 'xyxy', unit: 'pixels', firstClass: 0, ...limits } as const;
  const decoder = rows(settings, [part('detections', 1, 2, 6)], input);
  const found = candidatesOf(decoder, [numbers(10, 20, 30, 40, 0.5, 7, 0, 0, 9, 9, 0.4, 1)]);
  expectFound(found, [7, 0.5, 10, 20, 30, 40]);
});

describe('candidates', () => {
  const settings = {
    form: 'candidates',
    boxes: 'b',
    scores: 's',
    box: 'xywh',
    unit: 'pixels',
    ...limits,
  } as const;

  test('returns each class with a sufficient score', () => {
    const decoder = candidates(
      { ...settings, activation: 'none', background: 'none' },
      [part('b', 2, 4), part('s', 2, 2)],
      input,
    );
    expect(decoder.classes).toBe(2);
    const found = candidatesOf(decoder, [numbers(10, 10, 20, 30, 0, 0, 5, 5), numbers(0.6, 0.7, 0.1, 0.2)]);
    expectFound(found, [0, 0.6, 10, 10, 30, 40], [1, 0.7, 10, 10, 30, 40]);
  });

  test('leaves out the background', () => {
    const decoder = candidates(
      { ...settings, activation: 'sigmoid', background: 'first' },
      [part('b', 1, 4), part('s', 1, 3)],
      input,
    );
    expect(decoder.classes).toBe(2);
    // 1 / (1 + e^-1) = 0.731
    expectFound(candidatesOf(decoder, [numbers(0, 0, 20, 10), numbers(9, -1, 1)]), [1, 0.731, 0, 0, 20, 10]);
  });
});

test('detr: centre and size, and a softmax with "no object" last', () => {
  const settings = { form: 'detr', boxes: 'pred_boxes', scores: 'logits', ...limits } as const;
  const decoder = detr(settings, [part('pred_boxes', 2, 4), part('logits', 2, 3)], input);
  expect(decoder.classes).toBe(2);
  // e^2 / (e^2 + 1 + 1) = 0.787; the second query sees no object.
  const found = candidatesOf(decoder, [
    numbers(0.5, 0.5, 0.2, 0.4, 0.1, 0.1, 0.1, 0.1),
    numbers(0, 2, 0, 0, 0, 2),
  ]);
  expectFound(found, [1, 0.787, 80, 30, 120, 70]);
  // A query that hesitates between two classes has found one object: e^0.5 / (e^0.5 + 1 + e^-9) = 0.622.
  const boxes = numbers(0.5, 0.5, 0.2, 0.4, 0, 0, 0, 0);
  const low = detr({ ...settings, minScore: 0.3 }, [part('pred_boxes', 2, 4), part('logits', 2, 3)], input);
  expectFound(candidatesOf(low, [boxes, numbers(0.5, 0, -9, 0, 0, 9)]), [0, 0.622, 80, 30, 120, 70]);
});

test('yolo: columns of centre, size and scores', () => {
  const decoder = yolo({ form: 'yolo', ...limits }, [part('output0', 6, 3)], input);
  expect(decoder.classes).toBe(2);
  const columns = [
    [100, 50, 0],
    [50, 30, 0],
    [40, 20, 0],
    [20, 10, 0],
    [0.9, 0.1, 0],
    [0.2, 0.8, 0],
  ];
  expectFound(
    candidatesOf(decoder, [numbers(...columns.flat())]),
    [0, 0.9, 80, 40, 120, 60],
    [1, 0.8, 40, 25, 60, 35],
  );
});

test('yolov5: the score is that of the class, given any object', () => {
  const decoder = yolov5(limits, [part('output', 2, 7)], input);
  expect(decoder.classes).toBe(2);
  const found = candidatesOf(decoder, [numbers(100, 50, 40, 20, 0.8, 0.75, 0.5, 50, 30, 20, 10, 0.4, 1, 1)]);
  expectFound(found, [0, 0.6, 80, 40, 120, 60]);
});

describe('yolox', () => {
  const settings = { form: 'yolox', strides: [50, 100], ...limits } as const;

  test('adds the cell, and scales with it', () => {
    // 4×2 cells of 50 pixels, then 2×1 of 100.
    const values = new Float32Array(10 * 6);
    values.set([0.5, 0.5, 0, Math.log(0.5), 1, 0.9], 5 * 6);
    values.set([0.5, 0.5, Math.log(0.4), Math.log(0.2), 0.8, 1], 9 * 6);
    const decoder = yolox(settings, [part('output', 10, 6)], input);
    expect(decoder.classes).toBe(1);
    expectFound(candidatesOf(decoder, [values]), [0, 0.9, 50, 62.5, 100, 87.5], [0, 0.8, 130, 40, 170, 60]);
  });

  test('refuses another number of rows than cells', () => {
    expect(() => yolox(settings, [part('output', 9, 6)], input)).toThrow('9 rows');
  });
});

describe('centernet', () => {
  const usual = { form: 'centernet', heatmap: 'h', sizes: 's', activation: 'none', ...limits } as const;
  // 4×2 cells of 50 pixels.
  const heat = numbers(0.6, 0.9, 0, 0, 0, 0, 0, 0.7);
  const sizes = numbers(1, 2, 1, 1, 1, 1, 1, 1, ...[1, 1, 1, 1, 1, 1, 1, 0.5]);

  test('finds the peaks of the heatmap', () => {
    const decoder = centernet({ ...usual, layout: 'nchw' }, [part('h', 1, 2, 4), part('s', 2, 2, 4)]);
    expect(decoder.classes).toBe(1);
    expectFound(
      candidatesOf(decoder, [heat, sizes]),
      [0, 0.9, 0, -25, 100, 25],
      [0, 0.7, 125, 37.5, 175, 62.5],
    );
  });

  test('moves them by the offsets, in the other layout', () => {
    const parts = [part('h', 2, 4, 1), part('s', 2, 4, 2), part('o', 2, 4, 2)];
    const decoder = centernet({ ...usual, offsets: 'o', layout: 'nhwc' }, parts);
    const interleaved = Float32Array.from({ length: 16 }, (_, i) => sizes[(i % 2) * 8 + (i >> 1)] ?? 0);
    const offsets = new Float32Array(16);
    offsets.set([0.5, 0.25], 2);
    const [first] = candidatesOf(decoder, [heat, interleaved, offsets]);
    expectFound(first ? [first] : [], [0, 0.9, 25, -12.5, 125, 37.5]);
  });

  test('takes one of two equal neighbours', () => {
    const decoder = centernet({ ...usual, layout: 'nchw' }, [part('h', 1, 2, 4), part('s', 2, 2, 4)]);
    expect(candidatesOf(decoder, [numbers(0.9, 0.9, 0, 0, 0.9, 0, 0, 0), sizes])).toHaveLength(1);
  });
});
