/**
 * Writes the smallest ONNX classifier there is: the mean of each colour channel as three scores. It shows which numbers
 * reach a network, in which order. Or the smallest detector. ONNX is a protobuf; field numbers are those of onnx/onnx.proto (IR version 8).
 */
export interface TinyNetwork {
  /** The input, like ['N', 3, 8, 8]; a name stands for any size. */
  readonly shape: readonly (string | number)[];
  /** 1 is float32, 6 is int32. */
  readonly type?: number;
  /** The mean of the channels instead, which a detector reads as a candidate in each column: its box, and a score in each row below. */
  readonly detector?: boolean;
}

export function tinyOnnx({ shape, type = 1, detector = false }: TinyNetwork): Buffer {
  const axes = detector ? [1] : shape[1] === 3 ? [2, 3] : [1, 2];
  const mean = message(
    text(1, 'input'),
    text(2, 'scores'),
    text(4, 'ReduceMean'),
    field(5, message(text(1, 'axes'), ...axes.map((axis) => int(8, axis)), int(20, 7))),
    field(5, message(text(1, 'keepdims'), int(3, 0), int(20, 2))),
  );
  const input = tensor('input', shape, type);
  const output = tensor('scores', [shape[0] ?? 'N', ...(detector ? shape.slice(2) : ['classes'])], type);
  const graph = message(field(1, mean), text(2, 'tiny'), field(11, input), field(12, output));
  return message(int(1, 8), field(7, graph), field(8, message(int(2, 17))));
}

function tensor(name: string, shape: TinyNetwork['shape'], type: number): Buffer {
  const sizes = shape.map((size) =>
    field(1, message(typeof size === 'number' ? int(1, size) : text(2, size))),
  );
  return message(
    text(1, name),
    field(2, message(field(1, message(int(1, type), field(2, message(...sizes)))))),
  );
}

const message = (...fields: readonly Buffer[]) => Buffer.concat(fields);
const field = (number: number, bytes: Buffer) =>
  Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
const text = (number: number, value: string) => field(number, Buffer.from(value));
const int = (number: number, value: number) => Buffer.concat([varint(number * 8), varint(value)]);

function varint(value: number): Buffer {
  return value < 128
    ? Buffer.of(value)
    : Buffer.concat([Buffer.of((value % 128) + 128), varint(Math.floor(value / 128))]);
}
