import * as v from 'valibot';
import type { ModelServer, ServerAddress } from './address.js';
import { answerAs } from './answer.js';
import { failure } from './failures.js';
import { openGrpc } from './grpc-channel.js';
import type { Output } from '../outputs.js';
import type { Serving } from './protocol.js';
import { bytesOf, floatsOf } from './tensor-bytes.js';
import { describeSignature, signatureMap, signatureName } from './tf-metadata.js';

const bytes = v.instance(Uint8Array);
/** NaN too, which the caller checks. */
const float = v.custom<number>((value) => typeof value === 'number');
const metadata = v.object({
  model_spec: v.nullish(v.object({ version: v.nullish(v.object({ value: v.number() })) })),
  metadata: v.object({ signature_def: v.object({ value: bytes }) }),
});
const status = v.object({
  model_version_status: v.array(v.object({ version: v.number(), state: v.string() })),
});
const predictions = v.object({
  outputs: v.record(
    v.string(),
    v.object({
      dtype: v.literal('DT_FLOAT'),
      tensor_shape: v.nullish(v.object({ dim: v.array(v.object({ size: v.number() })) })),
      tensor_content: bytes,
      float_val: v.array(float),
    }),
  ),
});

type Tensor = v.InferOutput<typeof predictions>['outputs'][string];

/**
 * TensorFlow Serving over gRPC: GetModelStatus, GetModelMetadata and Predict (tensorflow_serving/apis/model_service.proto and
 * prediction_service.proto). Tensors are sent as `tensor_content`, "serialized raw tensor content", a copy of the memory.
 */
export async function openTfGrpc(server: ModelServer): Promise<Serving> {
  const { address } = server;
  const channel = await openGrpc(server);
  const spec = specOf(address);
  return {
    bytesPerValue: Float32Array.BYTES_PER_ELEMENT,
    async describe(signal) {
      const statusOf = { model_spec: spec };
      const found = await channel.call('ModelService', 'GetModelStatus', statusOf, signal);
      const { model_version_status: versions } = answerAs(status, found, address);
      const states = versions.map(({ version, state }) => `${version} ${state}`).join(', ');
      if (!versions.some(({ state }) => state === 'AVAILABLE')) {
        throw failure('unavailable', address, `has no version ready (${states})`);
      }
      const request = { model_spec: spec, metadata_field: ['signature_def'] };
      const answer = await channel.call('PredictionService', 'GetModelMetadata', request, signal);
      const { model_spec: answered, metadata: fields } = answerAs(metadata, answer, address);
      const map = answerAs(
        signatureMap,
        channel.read('SignatureDefMap', fields.signature_def.value),
        address,
      );
      const version = answered?.version?.value;
      return describeSignature(map, version === undefined ? null : String(version), address);
    },
    async infer({ name, shape, values }, outputs, signal) {
      const dim = shape.map((size) => ({ size }));
      const tensor = { dtype: 'DT_FLOAT', tensor_shape: { dim }, tensor_content: bytesOf(values) };
      const request = { model_spec: spec, inputs: { [name]: tensor }, output_filter: [...outputs] };
      const answer = await channel.call('PredictionService', 'Predict', request, signal);
      const tensors = answerAs(predictions, answer, address).outputs;
      return outputs.map((output) => ({ name: output, ...valuesOf(tensors[output], output) }));
    },
    [Symbol.asyncDispose]: () => channel[Symbol.asyncDispose](),
  };

  function valuesOf(tensor: Tensor | undefined, output: string): Omit<Output, 'name'> {
    if (tensor === undefined) throw failure('unavailable', address, `returns no ${output}`);
    const { tensor_content: content, tensor_shape: shape } = tensor;
    if (content.length % Float32Array.BYTES_PER_ELEMENT !== 0)
      throw failure('unavailable', address, 'returns an incomplete number');
    // A server may use either field.
    const values = content.length > 0 ? floatsOf(content) : Float32Array.from(tensor.float_val);
    return { shape: shape?.dim.map(({ size }) => size) ?? [values.length], values };
  }
}

function specOf({ model, version, label }: ServerAddress): object {
  const chosen =
    version === undefined
      ? label === undefined
        ? {}
        : { version_label: label }
      : { version: { value: Number(version) } };
  return { name: model, signature_name: signatureName, ...chosen };
}
