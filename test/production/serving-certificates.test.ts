import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SecureVersion } from 'node:tls';
import * as grpc from '@grpc/grpc-js';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { parseServerUrl, type ServerAccess } from '../../src/core/classifier/serving/address.js';
import { openServing } from '../../src/core/classifier/serving/index.js';
import { MvsError } from '../../src/core/base/errors.js';
import { createIdentity } from '../support/certificates.js';

interface Pem {
  readonly certificate: string;
  readonly key: string;
}
let server: Pem;
let client: Pem;
let stranger: Pem;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mvs-certificates-'));
  const read = async (alias: string): Promise<Pem> => {
    const { certificate, key } = await createIdentity(folder, alias);
    return { certificate: await readFile(certificate, 'utf8'), key: await readFile(key, 'utf8') };
  };
  [server, client, stranger] = [await read('server'), await read('client'), await read('stranger')];
  return () => rm(folder, { recursive: true });
}, 60_000);

async function rest(maxVersion: SecureVersion): Promise<string> {
  const tls = { key: server.key, cert: server.certificate, ca: client.certificate, maxVersion };
  const tensor = (name: string, shape: number[]) => ({ name, datatype: 'FP32', shape });
  const metadata = { inputs: [tensor('i', [-1, 3, 8, 8])], outputs: [tensor('o', [-1, 3])] };
  const https = createServer({ ...tls, requestCert: true, rejectUnauthorized: true }, (_, response) => {
    response.end(JSON.stringify({ versions: ['let in'], ...metadata }));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    https.close();
    https.closeAllConnections();
  });
  await once(https, 'listening');
  return `https://127.0.0.1:${(https.address() as AddressInfo).port}/v2/models/m`;
}

/** Answers every call with NOT_FOUND, which is an answer: whoever gets it was let in. */
async function rpc(): Promise<string> {
  const running = new grpc.Server();
  onTestFinished(() => {
    running.forceShutdown();
  });
  const asIs = (bytes: Buffer): Buffer => bytes;
  const refuse = (_: unknown, done: grpc.sendUnaryData<Buffer>): void => {
    done({ code: grpc.status.NOT_FOUND, details: 'let in' });
  };
  running.register('/tensorflow.serving.ModelService/GetModelStatus', refuse, asIs, asIs, 'unary');
  const pair = { private_key: Buffer.from(server.key), cert_chain: Buffer.from(server.certificate) };
  const credentials = grpc.ServerCredentials.createSsl(Buffer.from(client.certificate), [pair], true);
  const port = await new Promise<number>((resolve, reject) => {
    running.bindAsync('127.0.0.1:0', credentials, (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  return `grpcs://127.0.0.1:${port}/m`;
}

/** What whoever shows this certificate is told. */
async function told(url: string, shown?: Pem): Promise<{ text: string; code?: string }> {
  const access: ServerAccess = { timeoutMs: 10_000, ca: server.certificate, client: shown };
  await using serving = await openServing({ address: parseServerUrl(url), access });
  try {
    const { version } = await serving.describe(AbortSignal.timeout(10_000));
    return { text: String(version) };
  } catch (error) {
    if (!(error instanceof MvsError)) throw error;
    return { text: `${error.message}\n${error.hint ?? ''}`, code: error.code };
  }
}

it.each([
  ['REST with TLS 1.3', () => rest('TLSv1.3')],
  ['REST with TLS 1.2', () => rest('TLSv1.2')],
  ['gRPC', rpc],
])(
  'over %s a server lets in who shows the right certificate, and others learn what is missing',
  async (kind, start) => {
    const url = await start();
    expect((await told(url, client)).text).toContain('let in');
    for (const shown of [undefined, stranger]) {
      const { text, code } = await told(url, shown);
      expect(text).not.toContain('let in');
      expect(text).toContain('--serving-cert and --serving-key');
      expect(text).not.toMatch(/--serving-ca\b/);
      // undici tells of the end of the connection and not of the alert, and Node's servers send none for a stranger.
      const known = shown === undefined && kind !== 'REST with TLS 1.3';
      expect(code).toBe(known ? 'CONFIG' : 'ENGINE_UNAVAILABLE');
    }
  },
);
