import { fileURLToPath } from 'node:url';
import type { Client, ServiceError } from '@grpc/grpc-js';
import type { MessageTypeDefinition, ServiceDefinition } from '@grpc/proto-loader';
import { messageOf } from '../../base/errors.js';
import type { ModelServer } from './address.js';
import { failure, noAnswer } from './failures.js';
import { grpcFailure } from './grpc-failures.js';

/** `assets/` of this package: four levels up from here, in src and in dist alike. */
const protoFile = fileURLToPath(
  new URL('../../../../assets/protos/tensorflow-serving.proto', import.meta.url),
);

/** Far more than the scores of a batch need. */
const maxAnswerBytes = 64 * 1024 * 1024;

export type ServiceName = 'PredictionService' | 'ModelService';

export interface GrpcChannel extends AsyncDisposable {
  /** Calls a method of TensorFlow Serving; returns the answer of proto-loader, unchecked. @throws MvsError of `failures.ts` */
  call(service: ServiceName, method: string, request: object, signal: AbortSignal): Promise<unknown>;
  /** Reads the content of a `google.protobuf.Any`. @throws MvsError ENGINE_UNAVAILABLE if the bytes are not such a message */
  read(message: string, bytes: Uint8Array): unknown;
}

/** gRPC to TensorFlow Serving, with messages as proto-loader forms them: names as in the .proto, 64-bit integers as numbers. */
export async function openGrpc({ address, access }: ModelServer): Promise<GrpcChannel> {
  const [grpc, { load }] = await Promise.all([import('@grpc/grpc-js'), import('@grpc/proto-loader')]);
  const types = await load(protoFile, { keepCase: true, longs: Number, enums: String, defaults: true });
  const metadata = new grpc.Metadata();
  if (access.token !== undefined) metadata.set('authorization', `Bearer ${access.token}`);
  const pem = (text: string | undefined) => (text === undefined ? null : Buffer.from(text));
  const connect = (): Client =>
    new grpc.Client(
      address.host,
      address.secure
        ? grpc.credentials.createSsl(pem(access.ca), pem(access.client?.key), pem(access.client?.certificate))
        : grpc.credentials.createInsecure(),
      {
        'grpc.max_receive_message_length': maxAnswerBytes,
        // By default it waits up to two minutes before it reconnects; mvs paces requests itself.
        'grpc.initial_reconnect_backoff_ms': 100,
        'grpc.max_reconnect_backoff_ms': 1000,
        // Each client has connections of its own, so that a new client is a new connection.
        'grpc.use_local_subchannel_pool': 1,
        'grpc.enable_retries': 0,
        // A model server is in the same network, and REST uses no proxy either.
        'grpc.enable_http_proxy': 0,
      },
    );
  let client = connect();
  return {
    call(service, method, request, signal) {
      const definition = (types[`tensorflow.serving.${service}`] as ServiceDefinition)[method];
      if (definition === undefined) throw new RangeError(`${service} has no ${method}`);
      const { path, requestSerialize, responseDeserialize } = definition;
      return new Promise((resolve, reject) => {
        const onAbort = (): void => {
          call.cancel();
          // A connection without an answer may be dead.
          client.close();
          client = connect();
          reject(noAnswer(address, signal.reason));
        };
        const done = (error: ServiceError | null, answer?: object): void => {
          signal.removeEventListener('abort', onAbort);
          if (error) reject(grpcFailure(error, address));
          else resolve(answer);
        };
        const call = client.makeUnaryRequest(
          path,
          requestSerialize,
          responseDeserialize,
          request,
          metadata,
          done,
        );
        signal.addEventListener('abort', onAbort, { once: true });
      });
    },
    read(message, bytes) {
      const { deserialize } = types[`tensorflow.serving.${message}`] as MessageTypeDefinition<object, object>;
      try {
        return deserialize(Buffer.from(bytes));
      } catch (cause) {
        throw failure(
          'unavailable',
          address,
          `does not answer with a ${message}: ${messageOf(cause)}`,
          cause,
        );
      }
    },
    [Symbol.asyncDispose]() {
      client.close();
      return Promise.resolve();
    },
  };
}
