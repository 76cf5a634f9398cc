import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { openLocalProxy } from '../../../src/core/base/local-proxy.js';

/** The port of a server that gives each connection this answer, and the requests that it got. */
async function serverOf(answer: string): Promise<{ port: number; requests: string[] }> {
  const requests: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (asked) => {
      requests.push(asked.toString('latin1'));
      socket.end(answer);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, requests };
}

async function get(proxy: string, port: number, login?: string) {
  const host = `localhost:${port}`;
  const { username, password, origin } = new URL(proxy);
  const basic = Buffer.from(login ?? `${username}:${password}`).toString('base64');
  const headers = { host, 'proxy-authorization': `Basic ${basic}` };
  const asked = request(origin, { path: `http://${host}/a`, headers, agent: false }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, body: await text(answer) };
}

test.each([
  ['trailers without chunks', 'HTTP/1.1 200 OK\r\nTrailer: x\r\nContent-Length: 2\r\n\r\nok', 200, 'ok'],
  ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n', 200, 'ok'],
  ['no length', 'HTTP/1.0 200 OK\r\n\r\nok', 200, 'ok'],
  ['an impossible status', 'HTTP/1.1 099 x\r\nContent-Length: 0\r\n\r\n', 502, ''],
  ['no HTTP', 'ICY 200 OK\r\n\r\n', 502, ''],
])('an answer with %s is passed on, or is an error of the request', async (_, answer, status, body) => {
  await using proxy = await openLocalProxy();
  const { port, requests } = await serverOf(answer);
  expect(await get(proxy.url, port)).toEqual({ status, body });
  // A connection that is kept could be closed by the server at the moment when it is used again.
  expect(requests.join()).toMatch(
    /^GET \/a HTTP\/1.1\r\n(?=[^]*host: localhost:\d+\r\n)[^]*connection: close\r\n/i,
  );
});

test('a program that does not know the secret of the proxy reaches nothing through it', async () => {
  await using proxy = await openLocalProxy();
  const { port, requests } = await serverOf('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  const { origin } = new URL(proxy.url);
  expect(await get(proxy.url, port, 'mvs:guessed')).toEqual({ status: 407, body: '' });
  const tunnel = request(origin, { method: 'CONNECT', path: `localhost:${port}`, agent: false }).end();
  const [refused] = (await once(tunnel, 'connect')) as [IncomingMessage];
  expect(refused.statusCode).toBe(407);
  expect(requests).toEqual([]);
  expect(await get(proxy.url, port)).toEqual({ status: 200, body: 'ok' });
});
