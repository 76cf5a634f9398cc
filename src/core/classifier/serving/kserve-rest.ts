import * as v from 'valibot';
import { messageOf } from '../../base/errors.js';
import type { ModelServer } from './address.js';
import { answerAs, jsonAs } from './answer.js';
import { failure, faultOf } from './failures.js';
import { openHttp, type HttpAnswer } from './http.js';
import { JsonTensor, jsonBytesPerValue } from './json-tensor.js';
import type { Output } from '../outputs.js';
import type { Pictures, Serving } from './protocol.js';
import { bytesOf, floatsOf } from './tensor-bytes.js';

const tensor = v.object({ name: v.string(), datatype: v.string(), shape: v.array(v.number()) });
const metadata = v.object({
  versions: v.optional(v.array(v.string()), []),
  inputs: v.optional(v.array(tensor), []),
  outputs: v.optional(v.array(tensor), []),
});
const answer = v.object({
  outputs: v.array(
    v.object({
      name: v.string(),
      datatype: v.literal('FP32'),
      shape: v.array(v.number()),
      data: v.optional(v.array(v.unknown())),
      parameters: v.optional(v.object({ binary_data_size: v.optional(v.number()) }), {}),
    }),
  ),
});

const lengthHeader = 'inference-header-content-length';

/**
 * The Open Inference Protocol over HTTP ("KServe v2"; Triton, OpenVINO Model Server, MLServer and KServe speak it),
 * https://kserve.github.io/website/docs/concepts/architecture/data-plane/v2-protocol: "GET v2/models/<model_name>[/versions/<model_version>]",
 * "…/ready", "POST …/infer". Tensors follow the binary tensor data extension (…/binary-tensor-data-extension): "little-endian byte order,
 * row major", "delivered in the HTTP body after the JSON object", whose length is in `Inference-Header-Content-Length`.
 * A server without that extension refuses the first such request, and then gets JSON.
 */
export async function openKserveRest(server: ModelServer): Promise<Serving> {
  const { address } = server;
  const http = await openHttp(server);
  const version = address.version === undefined ? '' : `/versions/${encodeURIComponent(address.version)}`;
  const model = `/v2/models/${encodeURIComponent(address.model)}${version}`;
  const json = new JsonTensor();
  let form: 'binary' | 'json' | 'unknown' = 'unknown';
  const post = (request: Request, signal: AbortSignal): Promise<HttpAnswer> =>
    http.send({ path: `${model}/infer`, ...request, signal });
  const send = async (
    pictures: Pictures,
    outputs: readonly string[],
    signal: AbortSignal,
  ): Promise<HttpAnswer> => {
    if (form === 'json') return post(jsonRequest(pictures, outputs, json), signal);
    try {
      const answered = await post(binaryRequest(pictures, outputs), signal);
      form = 'binary';
      return answered;
    } catch (error) {
      if (form === 'binary' || !refuses(error)) throw error;
      const answered = await post(jsonRequest(pictures, outputs, json), signal);
      form = 'json';
      return answered;
    }
  };
  return {
    get bytesPerValue() {
      return form === 'json' ? jsonBytesPerValue : Float32Array.BYTES_PER_ELEMENT;
    },
    async describe(signal) {
      const { body } = await http.send({ path: model, signal }).catch((error: unknown) => {
        // Triton answers 400 for an unknown model.
        throw refuses(error) ? failure('missing', address, messageOf(error), error) : error;
      });
      await http.send({ path: `${model}/ready`, signal }).catch((error: unknown) => {
        throw refuses(error) ? failure('unavailable', address, 'has not loaded the model yet') : error;
      });
      const { versions, inputs, outputs } = jsonAs(metadata, body, address);
      return { version: address.version ?? versions.at(-1) ?? null, inputs, outputs };
    },
    async infer(pictures, outputs, signal) {
      const answered = await send(pictures, outputs, signal);
      const tensors = tensorsOf(answered);
      return outputs.map((name) => {
        const found = tensors.find((one) => one.name === name);
        if (found) return found;
        throw failure('unavailable', address, `returns no numbers for ${name}`);
      });
    },
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };

  /** The tensors of a binary answer follow each other in the order of the outputs. */
  function tensorsOf({ headers, body }: HttpAnswer): Output[] {
    const header = Number(headers[lengthHeader] ?? body.length);
    const { outputs } = jsonAs(answer, body.subarray(0, header), address);
    let offset = header;
    return outputs.flatMap(({ name, shape, data, parameters }): Output[] => {
      const size = parameters.binary_data_size ?? 0;
      const bytes = body.subarray(offset, offset + size);
      offset += size;
      if (data !== undefined) {
        const numbers = answerAs(v.array(v.number()), data.flat(Infinity), address);
        return [{ name, shape, values: Float32Array.from(numbers) }];
      }
      const isWhole = bytes.length === size && size % Float32Array.BYTES_PER_ELEMENT === 0;
      return isWhole && size > 0 ? [{ name, shape, values: floatsOf(bytes) }] : [];
    });
  }
}

function refuses(error: unknown): boolean {
  return faultOf(error) === 'refused';
}

interface Request {
  readonly body: Uint8Array | string;
  readonly headers: Readonly<Record<string, string>>;
}

function binaryRequest({ name, shape, values }: Pictures, wanted: readonly string[]): Request {
  const bytes = bytesOf(values);
  const input = { name, shape, datatype: 'FP32', parameters: { binary_data_size: bytes.length } };
  const outputs = wanted.map((output) => ({ name: output, parameters: { binary_data: true } }));
  const header = Buffer.from(JSON.stringify({ inputs: [input], outputs }));
  return {
    body: Buffer.concat([header, bytes]),
    headers: { 'content-type': 'application/octet-stream', [lengthHeader]: String(header.length) },
  };
}

function jsonRequest(
  { name, shape, values }: Pictures,
  wanted: readonly string[],
  json: JsonTensor,
): Request {
  const input = JSON.stringify({ name, shape, datatype: 'FP32' }).slice(0, -1);
  const outputs = JSON.stringify(wanted.map((output) => ({ name: output })));
  return {
    body: `{"inputs":[${input},"data":${json.flat(values)}}],"outputs":${outputs}}`,
    headers: { 'content-type': 'application/json' },
  };
}
