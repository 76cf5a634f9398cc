import { tensorsIn, type Network } from './network.js';
import { HttpError, type Reply, type Request } from './rest.js';

const json = (value: unknown): Reply => ({ body: Buffer.from(JSON.stringify(value)), headers: {} });
const dim = (sizes: readonly number[]) => sizes.map((size) => ({ size: String(size), name: '' }));
const tensor = (name: string, sizes: readonly number[]) => ({
  dtype: 'DT_FLOAT',
  tensor_shape: { dim: dim(sizes), unknown_rank: false },
  name: `${name}:0`,
});

/** TensorFlow Serving's REST API, with a SavedModel as Keras exports them: n×H×W×3. */
export async function answerTfRest(
  { method, path, body }: Request,
  model: string,
  network: Network,
): Promise<Reply> {
  const { size, classes, scores } = network;
  const [, name, version = '1'] =
    /^\/v1\/models\/([^/:]+)(?:\/versions\/([^/:]+))?(?:\/metadata|:predict)$/.exec(path) ?? [];
  if (name !== model || version !== '1')
    throw new HttpError(404, `Servable not found for request: Latest(${path})`);
  if (method === 'GET') {
    const signature = {
      inputs: { input_1: tensor('serving_default_input_1', [-1, size, size, 3]) },
      outputs: Object.fromEntries(
        tensorsIn(new Float32Array(classes), 1, network, 'predictions').map((one) => [
          one.name,
          tensor('StatefulPartitionedCall', [-1, ...one.shape.slice(1)]),
        ]),
      ),
      method_name: 'tensorflow/serving/predict',
    };
    return json({
      model_spec: { name, signature_name: '', version: '1' },
      metadata: { signature_def: { signature_def: { serving_default: signature } } },
    });
  }
  const { instances } = JSON.parse(body.toString()) as { instances: number[][][][] };
  const good = instances.every((rows) => rows.length === size && rows.every((row) => row.length === size));
  if (!good) throw new HttpError(400, 'the input does not fit the shape of the signature');
  const answer = await scores(pixelsOf(instances, size), instances.length, 'nhwc');
  const tensors = tensorsIn(answer, instances.length, network, 'predictions');
  const [only, ...others] = tensors.map(({ name: key, shape, values }) => ({
    key,
    rows: nested(values, shape),
  }));
  if (others.length === 0) return json({ predictions: only?.rows });
  const rows = instances.map((_, i) =>
    Object.fromEntries([only, ...others].map((one) => [one?.key ?? '', one?.rows[i]])),
  );
  return json({ predictions: rows });
}

/** Numbers as lists of lists, in this shape. */
function nested(values: Float32Array, [count = 0, ...inner]: readonly number[]): unknown[] {
  const length = values.length / count;
  return Array.from({ length: count }, (_, i) => {
    const own = values.subarray(i * length, (i + 1) * length);
    return inner.length > 1 ? nested(own, inner) : Array.from(own);
  });
}

/** A loop: `flat` takes a second for what comes with a batch. */
function pixelsOf(instances: readonly number[][][][], size: number): Float32Array {
  const pixels = new Float32Array(instances.length * size * size * 3);
  let at = 0;
  for (const rows of instances)
    for (const row of rows) for (const pixel of row) for (const value of pixel) pixels[at++] = value;
  return pixels;
}
