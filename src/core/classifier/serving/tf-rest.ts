import * as v from 'valibot';
import type { ModelServer, ServerAddress } from './address.js';
import { jsonAs } from './answer.js';
import { failure } from './failures.js';
import { openHttp } from './http.js';
import { JsonTensor, jsonBytesPerValue } from './json-tensor.js';
import type { Serving } from './protocol.js';
import { describeSignature, signatureMap, signatureName } from './tf-metadata.js';

const metadata = v.object({
  model_spec: v.object({ version: v.optional(v.string()) }),
  metadata: v.object({ signature_def: signatureMap }),
});
const scores = v.array(v.number());
/** With several outputs the rows are objects; with one output they are its values. */
const predictions = v.object({
  predictions: v.array(v.union([v.array(v.unknown()), v.record(v.string(), v.unknown())])),
});

/**
 * TensorFlow Serving's REST API (https://www.tensorflow.org/tfx/serving/api_rest): "GET /v1/models/${MODEL_NAME}[/versions/${VERSION}|
 * /labels/${LABEL}]/metadata", "POST …:predict" with `{"signature_name", "instances"}`, answered by `{"predictions"}`. It has base64 for
 * strings only, so pictures are sent as text in the row format: 2 MB for one of 224×224; gRPC needs a third of that.
 */
export async function openTfRest(server: ModelServer): Promise<Serving> {
  const { address } = server;
  const http = await openHttp(server);
  const model = `/v1/models/${encodeURIComponent(address.model)}${chosen(address)}`;
  const json = new JsonTensor();
  return {
    bytesPerValue: jsonBytesPerValue,
    async describe(signal) {
      const { body } = await http.send({ path: `${model}/metadata`, signal });
      const { model_spec: spec, metadata: found } = jsonAs(metadata, body, address);
      return describeSignature(found.signature_def, spec.version ?? null, address);
    },
    async infer({ shape, values }, outputs, signal) {
      const request = `{"signature_name":"${signatureName}","instances":${json.nested(values, shape)}}`;
      const headers = { 'content-type': 'application/json' };
      const { body } = await http.send({ path: `${model}:predict`, body: request, headers, signal });
      const { predictions: rows } = jsonAs(predictions, body, address);
      return outputs.map((output) => {
        const found = rows.map((row) => (Array.isArray(row) ? row : row[output]));
        const numbers = found.flatMap((row) => numbersOf(row, output, address));
        return {
          name: output,
          shape: [rows.length, ...shapeOf(found[0])],
          values: Float32Array.from(numbers),
        };
      });
    },
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };
}

function chosen({ version, label }: ServerAddress): string {
  if (version !== undefined) return `/versions/${encodeURIComponent(version)}`;
  return label === undefined ? '' : `/labels/${encodeURIComponent(label)}`;
}

/** The sizes of nested lists. */
function shapeOf(row: unknown): number[] {
  return Array.isArray(row) ? [row.length, ...shapeOf(row[0])] : [];
}

function numbersOf(row: unknown, output: string, address: ServerAddress): number[] {
  // With n×1000×1×1 each score is a nested list; a number of boxes is none.
  const values: unknown = Array.isArray(row) ? row.flat(Infinity) : [row];
  if (v.is(scores, values)) return values;
  throw failure('unavailable', address, `returns no numbers for ${output}`);
}
