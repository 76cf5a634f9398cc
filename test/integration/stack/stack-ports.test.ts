import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { portOf } from '../../../src/core/stack/address.js';
import { down, runningStack, up } from '../../../src/core/stack/index.js';
import { freePort } from '../../../src/core/stack/ports.js';
import { freshHome, sharedStack } from '../../support/stack.js';

test.each([
  ['silent', () => undefined],
  ['talkative', (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
])('a port taken by a %s stranger is refused with the flag to use', async (_kind, greet) => {
  const port = await stranger(greet);
  const { brokers, store } = sharedStack();
  const site = freshHome();
  await expect(up({ ...site, kafkaPort: port, mongoPort: 0, store })).rejects.toMatchObject({
    code: 'STACK_UNAVAILABLE',
    message: `port ${port} is in use by a program that is not Kafka`,
    hint: expect.stringContaining('--kafka-port') as string,
  });
  await expect(up({ ...site, kafkaPort: 0, mongoPort: port, brokers })).rejects.toMatchObject({
    code: 'STACK_UNAVAILABLE',
    message: `port ${port} is in use by a program that is not MongoDB`,
    hint: expect.stringContaining('--mongo-port') as string,
  });
});

test('servers that run on the ports already are used, and left alone by down', async () => {
  const { brokers, store } = sharedStack();
  const ports = { kafkaPort: portOf(brokers[0] ?? ''), mongoPort: portOf(store) };
  const site = freshHome();
  const stack = await up({ ...site, ...ports });
  expect(stack).toMatchObject({ brokers, store });
  expect(stack.servers.map(({ provider }) => provider)).toEqual(['external', 'external']);
  expect(runningStack(site.home)).toEqual({ brokers, store });
  expect((await down({ ...site, wipe: true })).left.map(({ name }) => name)).toEqual(['mongodb', 'kafka']);
  expect((await up({ ...site, ...ports })).brokers).toEqual(brokers);
});

test('an address that was given and does not answer is an error, not a local start', async () => {
  const { brokers, store } = sharedStack();
  const site = freshHome();
  const dead = await freePort();
  const ports = { kafkaPort: 0, mongoPort: 0 };
  await expect(up({ ...site, ...ports, store, brokers: [`127.0.0.1:${dead}`] })).rejects.toMatchObject({
    code: 'BROKER_UNAVAILABLE',
    message: `no Kafka answers at 127.0.0.1:${dead}`,
  });
  const secret = `mongodb://user:secret@127.0.0.1:${dead}/records`;
  await expect(up({ ...site, ...ports, brokers, store: secret })).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    message: `no MongoDB answers at mongodb://***@127.0.0.1:${dead}/records`,
  });
  expect(runningStack(site.home)).toEqual({});
});

async function stranger(greet: (socket: Socket) => unknown): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    greet(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}
