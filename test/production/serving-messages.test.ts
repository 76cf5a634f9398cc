import { readFile } from 'node:fs/promises';
import * as grpc from '@grpc/grpc-js';
import { expect, it, onTestFinished } from 'vitest';
import { parseServerUrl } from '../../src/core/classifier/serving/address.js';
import { openServing } from '../../src/core/classifier/serving/index.js';
import { reservedPort } from '../support/ports.js';

/** Messages made by TensorFlow Serving's own library (make.py). */
const message = (name: string) => readFile(new URL(`../fixtures/serving/${name}.bin`, import.meta.url));

/** A gRPC server that knows no .proto: it keeps the bytes that come and answers with those of the original library. */
async function serverOfBytes(): Promise<{ address: string; received: Map<string, Buffer> }> {
  const received = new Map<string, Buffer>();
  const server = new grpc.Server();
  onTestFinished(() => {
    server.forceShutdown();
  });
  const asIs = { serialize: (bytes: Buffer) => bytes, deserialize: (bytes: Buffer) => bytes };
  const add = async (service: string, method: string, answer: string): Promise<void> => {
    const bytes = await message(answer);
    const path = `/tensorflow.serving.${service}/${method}`;
    server.register(
      path,
      (call: grpc.ServerUnaryCall<Buffer, Buffer>, done: grpc.sendUnaryData<Buffer>) => {
        received.set(method, call.request);
        done(null, bytes);
      },
      asIs.serialize,
      asIs.deserialize,
      'unary',
    );
  };
  await add('ModelService', 'GetModelStatus', 'status-response');
  await add('PredictionService', 'GetModelMetadata', 'metadata-response');
  await add('PredictionService', 'Predict', 'predict-response');
  const address = `127.0.0.1:${await reservedPort()}`;
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(address, grpc.ServerCredentials.createInsecure(), (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
  return { address, received };
}

it('speaks to TensorFlow Serving in the bytes of its own library', async () => {
  const { address, received } = await serverOfBytes();
  const url = parseServerUrl(`grpc://${address}/lite0/versions/7`);
  await using serving = await openServing({ address: url, access: { timeoutMs: 5000 } });
  const { signal } = new AbortController();
  expect(await serving.describe(signal)).toEqual({
    version: '7',
    inputs: [{ name: 'input_1', datatype: 'FP32', shape: [-1, 224, 224, 3] }],
    outputs: [{ name: 'predictions', datatype: 'FP32', shape: [-1, 1000] }],
  });
  const pictures = { name: 'input_1', shape: [1, 1, 1, 3], values: Float32Array.of(0.5, -1.25, 3) } as const;
  const [scores] = await serving.infer(pictures, ['predictions'], signal);
  expect([...(scores?.values ?? [])]).toEqual([0.25, 0.75]);
  expect(received.get('Predict')?.toString('hex')).toBe((await message('predict-request')).toString('hex'));
});
