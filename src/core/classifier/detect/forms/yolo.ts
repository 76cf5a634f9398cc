import type { OutputPart } from '../../engine.js';
import type { Size } from '../../../frames/frame.js';
import { boxReader, inner, WrongShape, type Decoder } from '../candidate.js';
import type { OutputOf } from '../settings.js';

/** (4 + c)×k: centre and size in pixels of the input, then the scores of the classes, for each of k candidates. */
export function yolo({ minScore }: OutputOf<'yolo'>, [part]: readonly OutputPart[], input: Size): Decoder {
  const [rows = 0, count = 0] = inner(part, 2);
  if (rows < 5) throw new WrongShape(`a column has ${rows} numbers, not four and one for each class`);
  const readBox = boxReader('cxcywh', 'pixels', input);
  return {
    classes: rows - 4,
    decode([values = new Float32Array()], found) {
      for (let row = 4; row < rows; row++) {
        for (let column = 0; column < count; column++) {
          const score = values[row * count + column] ?? 0;
          if (score >= minScore) found(row - 4, score, column);
        }
      }
    },
    cornersOf([values = new Float32Array()], box) {
      const at = (row: number) => values[row * count + box] ?? 0;
      return readBox(Float32Array.of(at(0), at(1), at(2), at(3)), 0);
    },
  };
}

/** k×(5 + c): centre and size in pixels of the input, the probability of any object, and the scores of the classes. */
export function yolov5(
  { minScore }: Pick<OutputOf<'yolov5'>, 'minScore'>,
  [part]: readonly OutputPart[],
  input: Size,
): Decoder {
  const [, columns = 0] = inner(part, 2);
  if (columns < 6) throw new WrongShape(`a row has ${columns} numbers, not five and one for each class`);
  const readBox = boxReader('cxcywh', 'pixels', input);
  return {
    classes: columns - 5,
    decode([values = new Float32Array()], found) {
      for (let row = 0; (row + 1) * columns <= values.length; row++) {
        const start = row * columns;
        const any = values[start + 4] ?? 0;
        // No class is more likely than any object.
        if (any < minScore) continue;
        for (let i = 5; i < columns; i++) {
          const score = any * (values[start + i] ?? 0);
          if (score >= minScore) found(i - 5, score, row);
        }
      }
    },
    cornersOf: ([values = new Float32Array()], box) => readBox(values, box * columns),
  };
}

/** The same with centres relative to a cell, in cells, and the logarithm of the size in cells. Grids follow each other, row by row. */
export function yolox(
  { strides, minScore }: OutputOf<'yolox'>,
  parts: readonly OutputPart[],
  input: Size,
): Decoder {
  const cells = strides.flatMap((stride) => cellsOf(stride, input));
  const [count, columns = 0] = inner(parts[0], 2);
  if (count !== cells.length)
    throw new WrongShape(
      `it has ${count ?? 0} rows, but grids with strides of ${strides.join(', ')} pixels have ${cells.length} cells`,
    );
  const { classes, decode } = yolov5({ minScore }, parts, input);
  const readBox = boxReader('cxcywh', 'pixels', input);
  return {
    classes,
    decode,
    cornersOf([values = new Float32Array()], box) {
      const at = (place: number) => values[box * columns + place] ?? 0;
      const { x, y, stride } = cells[box] ?? { x: 0, y: 0, stride: 0 };
      const [centreX, centreY] = [(at(0) + x) * stride, (at(1) + y) * stride];
      const [wide, high] = [Math.exp(at(2)) * stride, Math.exp(at(3)) * stride];
      return readBox(Float32Array.of(centreX, centreY, wide, high), 0);
    },
  };
}

function cellsOf(stride: number, { width, height }: Size): { x: number; y: number; stride: number }[] {
  const columns = Math.floor(width / stride);
  return Array.from({ length: columns * Math.floor(height / stride) }, (_, i) => ({
    x: i % columns,
    y: Math.floor(i / columns),
    stride,
  }));
}
