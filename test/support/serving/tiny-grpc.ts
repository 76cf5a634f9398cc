import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import * as grpc from '@grpc/grpc-js';
import { loadSync, type MessageTypeDefinition, type ServiceDefinition } from '@grpc/proto-loader';
import { onTestFinished } from 'vitest';
import type { Engine } from '../../../src/core/classifier/engine.js';
import { classes, openTiny, rows, scores, side, size } from './tiny.js';
import type { Asked } from './tiny-rest.js';

const file = fileURLToPath(new URL('../../../assets/protos/tensorflow-serving.proto', import.meta.url));
const types = loadSync(file, { keepCase: true, longs: String, enums: Number });
const service = (name: string) => types[`tensorflow.serving.${name}`] as ServiceDefinition;
const float = 1;

/** The answer to Predict; an error that it throws has to have a `code`. */
export type Answer = (asked: Pick<Asked, 'count' | 'empty'>) => object;

export const good: Answer = ({ count }) => floats(rows(count, scores).flat());

export function floats(float_val: readonly number[]): object {
  return { outputs: { o: { dtype: float, float_val } } };
}

export function fail(code: grpc.status, details = 'not now'): Answer {
  return () => {
    throw Object.assign(new Error(details), { code, details });
  };
}

interface Predict {
  readonly inputs?: Readonly<Record<string, { readonly tensor_content: Buffer }>>;
}

function method(answer: (request: Predict) => object) {
  return (call: grpc.ServerUnaryCall<Predict, object>, done: grpc.sendUnaryData<object>): void => {
    try {
      done(null, answer(call.request));
    } catch (error) {
      done(error as grpc.ServiceError);
    }
  };
}

/** What the signature takes and gives, as bytes of a SignatureDefMap. */
function signatures(): Buffer {
  const info = (sizes: readonly number[]) => ({
    dtype: float,
    tensor_shape: { dim: sizes.map((n) => ({ size: n })) },
  });
  const { serialize } = types['tensorflow.serving.SignatureDefMap'] as MessageTypeDefinition<object, object>;
  const signature = { inputs: { i: info([-1, side, side, 3]) }, outputs: { o: info([-1, classes]) } };
  return serialize({ signature_def: { serving_default: signature } });
}

interface TinyGrpcOptions {
  readonly timeoutMs?: number;
  readonly metadata?: Buffer;
  /** Largest request, in bytes. */
  readonly most?: number;
}

export interface TinyGrpc {
  readonly engine: Engine;
  /** From now on. */
  readonly answer: (next: Answer) => void;
  /** Connections that are open lead nowhere any more; new ones do. */
  readonly swallow: () => void;
}

export async function openTinyGrpc(options: TinyGrpcOptions = {}): Promise<TinyGrpc> {
  const { timeoutMs, metadata = signatures(), most = -1 } = options;
  let answer = good;
  const server = new grpc.Server({ 'grpc.max_receive_message_length': most });
  onTestFinished(() => {
    server.forceShutdown();
  });
  server.addService(service('ModelService'), {
    GetModelStatus: method(() => ({ model_version_status: [{ version: 1, state: 30 }] })),
  });
  server.addService(service('PredictionService'), {
    GetModelMetadata: method(() => ({ metadata: { signature_def: { type_url: 'x', value: metadata } } })),
    Predict: method(({ inputs }) => {
      const bytes = inputs?.i?.tensor_content ?? Buffer.of();
      return answer({ count: bytes.length / 4 / size, empty: bytes.every((byte) => byte === 0) });
    }),
  });
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(port);
    });
  });
  const { port, swallow } = await proxyTo(bound);
  const engine = await openTiny(`grpc://127.0.0.1:${port}/tiny`, timeoutMs);
  return { engine, swallow, answer: (next) => void (answer = next) };
}

async function proxyTo(port: number): Promise<{ port: number; swallow: () => void }> {
  const sockets = new Set<Socket>();
  const proxy = createServer((socket) => {
    const onward = connect(port, '127.0.0.1');
    for (const end of [socket, onward]) sockets.add(end.on('error', () => undefined));
    socket.pipe(onward).pipe(socket);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    proxy.close();
    for (const socket of sockets) socket.destroy();
  });
  await once(proxy, 'listening');
  const swallow = (): void => {
    for (const socket of sockets) socket.unpipe().resume();
  };
  return { port: (proxy.address() as AddressInfo).port, swallow };
}
