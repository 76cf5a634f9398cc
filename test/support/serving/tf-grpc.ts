import { fileURLToPath } from 'node:url';
import * as grpc from '@grpc/grpc-js';
import { loadSync, type MessageTypeDefinition, type ServiceDefinition } from '@grpc/proto-loader';
import { tensorsIn, type Network } from './network.js';
import type { Identity } from './rest.js';
import type { Troubles } from './trouble.js';

const file = fileURLToPath(new URL('../../../assets/protos/tensorflow-serving.proto', import.meta.url));
const types = loadSync(file, { keepCase: true, longs: String, enums: Number });

interface PredictRequest {
  readonly model_spec: { readonly name: string };
  readonly inputs: Readonly<
    Record<
      string,
      {
        readonly tensor_shape: { readonly dim: readonly { readonly size: string }[] };
        readonly tensor_content: Buffer;
      }
    >
  >;
}

type Call = grpc.ServerUnaryCall<PredictRequest, object>;

const float = 1;
const info = (sizes: readonly number[]) => ({
  dtype: float,
  tensor_shape: { dim: sizes.map((size) => ({ size })) },
});

export interface GrpcOptions {
  readonly model: string;
  readonly token: string | undefined;
  readonly identity: Identity | undefined;
  readonly troubles: Troubles;
  readonly network: Network;
}

/** TensorFlow Serving's gRPC services; not listening yet. */
export function grpcServer({ model, token, troubles, network }: GrpcOptions): grpc.Server {
  const server = new grpc.Server({ 'grpc.max_receive_message_length': -1 });
  const method = (answer: (request: PredictRequest) => object | Promise<object>) => {
    return (call: Call, done: grpc.sendUnaryData<object>): void => {
      void (async () => {
        try {
          await troubles.wait();
          mayPass(call, model, token, troubles);
          done(null, await answer(call.request));
        } catch (error) {
          const { code = grpc.status.INTERNAL } = error as { code?: grpc.status };
          done({ code, details: (error as Error).message });
        }
      })();
    };
  };
  const { size, classes } = network;
  const described = tensorsIn(new Float32Array(classes), 1, network, 'predictions').map((one) => {
    return [one.name, info([-1, ...one.shape.slice(1)])];
  });
  const service = (name: string) => types[`tensorflow.serving.${name}`] as ServiceDefinition;
  server.addService(service('ModelService'), {
    GetModelStatus: method(() => ({ model_version_status: [{ version: 1, state: 30 }] })),
  });
  server.addService(service('PredictionService'), {
    GetModelMetadata: method(() => {
      const { serialize } = types['tensorflow.serving.SignatureDefMap'] as MessageTypeDefinition<
        object,
        object
      >;
      const signature = {
        inputs: { input_1: info([-1, size, size, 3]) },
        outputs: Object.fromEntries(described) as object,
      };
      const value = serialize({ signature_def: { serving_default: signature } });
      const type_url = 'type.googleapis.com/tensorflow.serving.SignatureDefMap';
      return {
        model_spec: { name: model, version: { value: 1 } },
        metadata: { signature_def: { type_url, value } },
      };
    }),
    Predict: method(async ({ inputs }) => {
      const tensor = inputs.input_1;
      if (tensor === undefined)
        throw Object.assign(new Error('no input_1'), { code: grpc.status.INVALID_ARGUMENT });
      const [count = 0] = tensor.tensor_shape.dim.map((dim) => Number(dim.size));
      troubles.count(tensor.tensor_content.length);
      const garbage = { dtype: float, float_val: [1, 2, 3] };
      if (troubles.now === 'garbage') return { outputs: { predictions: garbage } };
      const pixels = new Float32Array(Uint8Array.from(tensor.tensor_content).buffer);
      const rows = await network.scores(pixels, count, 'nhwc');
      const outputs = tensorsIn(rows, count, network, 'predictions').map(({ name, shape, values }) => {
        return [name, { ...info(shape), float_val: Array.from(values) }];
      });
      return { outputs: Object.fromEntries(outputs) as object };
    }),
  });
  return server;
}

function mayPass(call: Call, model: string, token: string | undefined, { now }: Troubles): void {
  const fail = (code: grpc.status, message: string): never => {
    throw Object.assign(new Error(message), { code });
  };
  if (now === 'unavailable') fail(grpc.status.UNAVAILABLE, 'overloaded');
  if (token !== undefined && call.metadata.get('authorization')[0] !== `Bearer ${token}`) {
    fail(grpc.status.UNAUTHENTICATED, 'no valid token');
  }
  if (call.request.model_spec.name !== model || now === 'forgetful') {
    fail(grpc.status.NOT_FOUND, `Servable not found for request: Latest(${call.request.model_spec.name})`);
  }
}
