import { once } from 'node:events';
import type { Server } from 'node:http';
import * as grpc from '@grpc/grpc-js';
import { reservedPort } from '../ports.js';
import { answerKserve } from './kserve.js';
import { network, type Network } from './network.js';
import { HttpError, restServer, type Identity, type Reply, type Request } from './rest.js';
import { grpcServer } from './tf-grpc.js';
import { answerTfRest } from './tf-rest.js';
import { Troubles } from './trouble.js';

export const protocols = ['TensorFlow Serving REST', 'TensorFlow Serving gRPC', 'KServe v2'] as const;
export type Protocol = (typeof protocols)[number];

const servedModel = 'lite0';

export interface ServerOptions {
  readonly token?: string;
  readonly identity?: Identity;
  /** Whether KServe takes tensors in binary form. */
  readonly binary?: boolean;
  /** The bundled one, unless this is another. */
  readonly network?: Network;
}

/** A model server: the real protocols before a network, and everything that can be wrong with one. */
export interface ModelServer extends AsyncDisposable {
  readonly urls: Readonly<Record<Protocol, string>>;
  readonly troubles: Troubles;
  /** Ends every connection and listens no more. */
  down(): Promise<void>;
  up(): Promise<void>;
}

export async function startModelServer(options: ServerOptions = {}): Promise<ModelServer> {
  const { token, identity, binary = true } = options;
  const troubles = new Troubles();
  const [rest, rpc, net] = [await reservedPort(), await reservedPort(), options.network ?? (await network())];
  const answer = async (request: Request): Promise<Reply> => {
    if (request.method === 'POST') troubles.count(request.body.length);
    await troubles.wait();
    if (troubles.now === 'unavailable') throw new HttpError(503, 'overloaded');
    if (troubles.now === 'forgetful') throw new HttpError(404, 'no such model');
    if (troubles.now === 'garbage') return { body: Buffer.from('<html>It works!</html>'), headers: {} };
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`)
      throw new HttpError(401, 'who are you');
    return request.path.startsWith('/v2/')
      ? answerKserve(request, servedModel, binary, net)
      : answerTfRest(request, servedModel, net);
  };
  let running: { readonly http: Server; readonly rpc: grpc.Server } | undefined;
  const down = async (): Promise<void> => {
    if (running === undefined) return;
    const { http, rpc } = running;
    running = undefined;
    rpc.forceShutdown();
    http.closeAllConnections();
    http.close();
    await once(http, 'close');
  };
  const up = async (): Promise<void> => {
    const http = restServer(answer, identity);
    const own = grpcServer({ model: servedModel, token, identity, troubles, network: net });
    await once(http.listen(rest, '127.0.0.1'), 'listening');
    const pair = (text: string) => Buffer.from(text);
    const credentials =
      identity === undefined
        ? grpc.ServerCredentials.createInsecure()
        : grpc.ServerCredentials.createSsl(null, [
            { private_key: pair(identity.key), cert_chain: pair(identity.cert) },
          ]);
    await new Promise<void>((resolve, reject) => {
      own.bindAsync(`127.0.0.1:${rpc}`, credentials, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
    running = { http, rpc: own };
  };
  await up();
  const s = identity === undefined ? '' : 's';
  return {
    urls: {
      'TensorFlow Serving REST': `http${s}://127.0.0.1:${rest}/v1/models/${servedModel}`,
      'TensorFlow Serving gRPC': `grpc${s}://127.0.0.1:${rpc}/${servedModel}`,
      'KServe v2': `http${s}://127.0.0.1:${rest}/v2/models/${servedModel}`,
    },
    ...{ troubles, down, up },
    async [Symbol.asyncDispose]() {
      troubles.now = 'none';
      await down();
    },
  };
}
