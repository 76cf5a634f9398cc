import type { OutputPart } from '../../engine.js';
import type { Size } from '../../../frames/frame.js';
import { boxReader, inner, WrongShape, type Candidate, type Corners, type Decoder } from '../candidate.js';
import type { OutputOf } from '../settings.js';

/** (4 + c)×k: centre and size in pixels of the input, then the scores of the classes, for each of k candidates. */
export function yolo(
  { minScore }: OutputOf<'yolo'>,
  [part]: readonly OutputPart[],
  { width, height }: Size,
): Decoder {
  const [rows = 0, count = 0] = inner(part, 2);
  if (rows < 5) throw new WrongShape(`a column has ${rows} numbers, not four and one for each class`);
  return {
    classes: rows - 4,
    decode([values = new Float32Array()]) {
      const at = (row: number, column: number) => values[row * count + column] ?? 0;
      const cornersAt = (column: number): Corners => {
        const [x, y, wide, high] = [at(0, column), at(1, column), at(2, column), at(3, column)];
        return [
          (x - wide / 2) / width,
          (y - high / 2) / height,
          (x + wide / 2) / width,
          (y + high / 2) / height,
        ];
      };
      const found: Candidate[] = [];
      for (let row = 4; row < rows; row++) {
        for (let column = 0; column < count; column++) {
          const score = at(row, column);
          if (score >= minScore) found.push({ classIndex: row - 4, score, corners: cornersAt(column) });
        }
      }
      return found;
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
    decode([values = new Float32Array()]) {
      const found: Candidate[] = [];
      for (let row = 0; row + columns <= values.length; row += columns) {
        const any = values[row + 4] ?? 0;
        // No class is more likely than any object.
        if (any < minScore) continue;
        for (let i = 5; i < columns; i++) {
          const score = any * (values[row + i] ?? 0);
          if (score >= minScore) found.push({ classIndex: i - 5, score, corners: readBox(values, row) });
        }
      }
      return found;
    },
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
  return {
    classes,
    decode([values = new Float32Array()]) {
      const absolute = Float32Array.from(values);
      cells.forEach(({ x, y, stride }, row) => {
        const at = row * columns;
        absolute[at] = ((values[at] ?? 0) + x) * stride;
        absolute[at + 1] = ((values[at + 1] ?? 0) + y) * stride;
        absolute[at + 2] = Math.exp(values[at + 2] ?? 0) * stride;
        absolute[at + 3] = Math.exp(values[at + 3] ?? 0) * stride;
      });
      return decode([absolute]);
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
