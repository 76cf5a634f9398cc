import { tensorsIn, type Network } from './network.js';
import { HttpError, type Reply, type Request } from './rest.js';

interface InferRequest {
  readonly inputs: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly datatype: string;
    readonly data?: readonly number[];
    readonly parameters?: { readonly binary_data_size?: number };
  }[];
  readonly outputs?: readonly {
    readonly name: string;
    readonly parameters?: { readonly binary_data?: boolean };
  }[];
}

const json = (value: unknown): Reply => ({ body: Buffer.from(JSON.stringify(value)), headers: {} });

/** The Open Inference Protocol as Triton answers it, with an ONNX network as PyTorch exports them: n×3×H×W. */
export async function answerKserve(
  { method, path, headers, body }: Request,
  model: string,
  binary: boolean,
  network: Network,
): Promise<Reply> {
  const { size, classes, scores } = network;
  const [, name, version = '1', rest] =
    /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(\/ready|\/infer)?$/.exec(path) ?? [];
  if (name !== model || version !== '1')
    throw new HttpError(400, `Request for unknown model: '${path}' is not found`);
  if (rest === '/ready') return { body: Buffer.of(), headers: {} };
  if (method === 'GET') {
    return json({
      ...{ name, versions: ['1'], platform: 'onnxruntime_onnx' },
      inputs: [{ name: 'images', datatype: 'FP32', shape: [-1, 3, size, size] }],
      outputs: tensorsIn(new Float32Array(classes), 1, network, 'probabilities').map((one) => ({
        ...{ name: one.name, datatype: 'FP32', shape: [-1, ...one.shape.slice(1)] },
      })),
    });
  }
  const header = headers['inference-header-content-length'];
  if (header !== undefined && !binary) throw new HttpError(400, 'failed to parse the request JSON buffer');
  const length = header === undefined ? body.length : Number(header);
  const { inputs, outputs } = JSON.parse(body.toString('utf8', 0, length)) as InferRequest;
  const [input] = inputs;
  if (input?.name !== 'images' || input.datatype !== 'FP32')
    throw new HttpError(400, 'unexpected inference input');
  const [count = 0, ...picture] = input.shape;
  if (picture.join() !== [3, size, size].join())
    throw new HttpError(400, 'unexpected shape for input images');
  const bytes = body.subarray(length, length + (input.parameters?.binary_data_size ?? 0));
  const values = input.data ? Float32Array.from(input.data) : new Float32Array(Uint8Array.from(bytes).buffer);
  if (values.length !== count * 3 * size * size) throw new HttpError(400, 'unexpected size of input images');
  const answer = await scores(values, count, 'nchw');
  // Triton answers in the order of the model, not of the request.
  const tensors = tensorsIn(answer, count, network, 'probabilities').filter((one) =>
    outputs?.some((wanted) => wanted.name === one.name),
  );
  const whole = { model_name: name, model_version: '1' };
  const described = tensors.map((one) => ({ name: one.name, datatype: 'FP32', shape: one.shape }));
  if (outputs?.[0]?.parameters?.binary_data !== true) {
    const data = tensors.map((one, i) => ({ ...described[i], data: Array.from(one.values) }));
    return json({ ...whole, outputs: data });
  }
  const bodies = tensors.map((one) =>
    Buffer.from(one.values.buffer, one.values.byteOffset, one.values.byteLength),
  );
  const sized = described.map((one, i) => ({
    ...one,
    parameters: { binary_data_size: bodies[i]?.length ?? 0 },
  }));
  const head = Buffer.from(JSON.stringify({ ...whole, outputs: sized }));
  return {
    body: Buffer.concat([head, ...bodies]),
    headers: { 'inference-header-content-length': String(head.length) },
  };
}
