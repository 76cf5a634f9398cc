import type { Network } from './network.js';
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
  { size, classes, scores }: Network,
): Promise<Reply> {
  const [, name, version = '1'] =
    /^\/v1\/models\/([^/:]+)(?:\/versions\/([^/:]+))?(?:\/metadata|:predict)$/.exec(path) ?? [];
  if (name !== model || version !== '1')
    throw new HttpError(404, `Servable not found for request: Latest(${path})`);
  if (method === 'GET') {
    const signature = {
      inputs: { input_1: tensor('serving_default_input_1', [-1, size, size, 3]) },
      outputs: { predictions: tensor('StatefulPartitionedCall', [-1, classes]) },
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
  const rows = instances.map((_, i) => Array.from(answer.subarray(i * classes, (i + 1) * classes)));
  return json({ predictions: rows });
}

/** A loop: `flat` takes a second for what comes with a batch. */
function pixelsOf(instances: readonly number[][][][], size: number): Float32Array {
  const pixels = new Float32Array(instances.length * size * size * 3);
  let at = 0;
  for (const rows of instances)
    for (const row of rows) for (const pixel of row) for (const value of pixel) pixels[at++] = value;
  return pixels;
}
