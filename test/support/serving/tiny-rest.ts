import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Engine } from '../../../src/core/classifier/engine.js';
import { webServer } from '../web.js';
import { classes, openTiny, rows, scores, side, size } from './tiny.js';

export interface Asked {
  readonly count: number;
  /** Whether all pixels are 0, as those of the picture that the engine tries servers with. */
  readonly empty: boolean;
  /** The largest number in them. */
  readonly brightest: number;
}
/** What a server does with a request for inference. */
export type Answer = (response: ServerResponse, asked: Asked) => unknown;

export interface TinyProtocol {
  readonly path: string;
  readonly metadata: unknown;
  /** All pixels of a request. */
  readonly read: (body: Buffer, request: IncomingMessage) => readonly number[];
  /** These rows of scores. */
  readonly rows: (response: ServerResponse, rows: readonly (readonly number[])[]) => unknown;
  /** Of another output than was asked for. */
  readonly other: Answer;
}

const send = (response: ServerResponse, body: unknown) => response.end(JSON.stringify(body));
const dim = (sizes: readonly number[]) => sizes.map((n) => ({ size: String(n) }));
const tensor = (sizes: readonly number[]) => ({ dtype: 'DT_FLOAT', tensor_shape: { dim: dim(sizes) } });

export const tfRest: TinyProtocol = {
  path: '/v1/models/tiny',
  metadata: {
    model_spec: { version: '1' },
    metadata: {
      signature_def: {
        signature_def: {
          serving_default: {
            inputs: { i: tensor([-1, side, side, 3]) },
            outputs: { o: tensor([-1, classes]) },
          },
        },
      },
    },
  },
  read: (body) => (JSON.parse(body.toString()) as { instances: number[][][][] }).instances.flat(3),
  // TensorFlow Serving writes NaN without quotes.
  rows: (response, all) => response.end(`{"predictions":[${all.map((row) => `[${row.join()}]`).join()}]}`),
  other: (response, { count }) => send(response, { predictions: rows(count, { other: scores }) }),
};

export const kserve: TinyProtocol = {
  path: '/v2/models/tiny',
  metadata: {
    versions: ['1'],
    inputs: [{ name: 'i', datatype: 'FP32', shape: [-1, 3, side, side] }],
    outputs: [{ name: 'o', datatype: 'FP32', shape: [-1, classes] }],
  },
  read(body, { headers }) {
    const tensor = Uint8Array.from(body.subarray(Number(headers['inference-header-content-length'])));
    return Array.from(new Float32Array(tensor.buffer));
  },
  rows: (response, all) => {
    sendBinary(response, 'o', all.flat());
  },
  other: (response, { count }) => {
    sendBinary(response, 'other', rows(count, scores).flat());
  },
};

/** @param cut so many bytes are missing at the end */
export function sendBinary(response: ServerResponse, name: string, values: readonly number[], cut = 0): void {
  const bytes = Buffer.from(Float32Array.from(values).buffer);
  const parameters = { binary_data_size: bytes.length };
  const head = Buffer.from(JSON.stringify({ outputs: [{ name, datatype: 'FP32', shape: [], parameters }] }));
  response.setHeader('inference-header-content-length', head.length);
  response.end(Buffer.concat([head, bytes.subarray(0, bytes.length - cut)]));
}

export interface TinyServer {
  readonly url: string;
  readonly good: Answer;
  /** Pictures in each request for inference since the last `answer`. */
  readonly asked: number[];
  /** From now on. */
  readonly answer: (next: Answer) => void;
}

export async function startTinyRest(protocol: TinyProtocol): Promise<TinyServer> {
  const good: Answer = (response, { count }) => protocol.rows(response, rows(count, scores));
  const asked: number[] = [];
  let answer = good;
  const { origin } = await webServer((request, response) => {
    void (async () => {
      const body = await buffer(request);
      if (request.url?.endsWith('/ready')) response.end();
      else if (request.method === 'GET') send(response, protocol.metadata);
      else {
        const values = protocol.read(body, request);
        const count = values.length / size;
        asked.push(count);
        const brightest = Math.max(...values);
        answer(response, { count, brightest, empty: values.every((value) => value === 0) });
      }
    })();
  });
  return {
    ...{ url: origin + protocol.path, good, asked },
    answer(next) {
      asked.length = 0;
      answer = next;
    },
  };
}

export async function openTinyRest(
  protocol: TinyProtocol,
  timeoutMs?: number,
): Promise<TinyServer & { readonly engine: Engine }> {
  const server = await startTinyRest(protocol);
  return { ...server, engine: await openTiny(server.url, timeoutMs) };
}
