import * as v from 'valibot';
import { MvsError } from '../../base/errors.js';
import type { ServerAddress } from './address.js';
import type { ModelDescription, TensorDescription } from './protocol.js';

/** The default signature of a SavedModel, and of the server. */
export const signatureName = 'serving_default';

/** Numbers of 64 bits are text in JSON. */
const size = v.pipe(v.union([v.string(), v.number()]), v.transform(Number), v.integer());
const tensor = v.object({
  dtype: v.string(),
  tensor_shape: v.nullish(
    v.object({
      dim: v.optional(v.array(v.object({ size })), []),
      unknown_rank: v.optional(v.boolean(), false),
    }),
  ),
});

/** `SignatureDefMap` of get_model_metadata.proto, as JSON and as @grpc/proto-loader give it. */
export const signatureMap = v.object({
  signature_def: v.record(
    v.string(),
    v.object({ inputs: v.record(v.string(), tensor), outputs: v.record(v.string(), tensor) }),
  ),
});

/** TensorFlow's type names, translated to those of the Open Inference Protocol where these exist. */
const datatypes: Readonly<Record<string, string>> = { DT_FLOAT: 'FP32', DT_HALF: 'FP16', DT_STRING: 'BYTES' };

/** The inputs and outputs of the signature. @throws MvsError MODEL_INVALID if the model has no such signature */
export function describeSignature(
  { signature_def: signatures }: v.InferOutput<typeof signatureMap>,
  version: string | null,
  { url }: ServerAddress,
): ModelDescription {
  const signature = signatures[signatureName];
  if (signature === undefined) {
    const names = Object.keys(signatures).join(', ') || 'none';
    throw new MvsError(
      'MODEL_INVALID',
      `the model at ${url} has no signature ${signatureName} (it has: ${names})`,
      {
        hint: 'Export it with the signature that takes pictures as serving_default.',
      },
    );
  }
  return { version, inputs: tensorsOf(signature.inputs), outputs: tensorsOf(signature.outputs) };
}

function tensorsOf(tensors: Readonly<Record<string, v.InferOutput<typeof tensor>>>): TensorDescription[] {
  return Object.entries(tensors).map(([name, { dtype, tensor_shape: shape }]) => ({
    name,
    datatype: datatypes[dtype] ?? dtype,
    shape: !shape || shape.unknown_rank ? undefined : shape.dim.map((dim) => dim.size),
  }));
}
