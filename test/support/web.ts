import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface WebServer {
  /** Without a slash at its end. */
  readonly origin: string;
  /** The path and the Authorization header of each request, in order. */
  readonly requests: readonly { readonly path: string; readonly authorization: string | undefined }[];
}

/** A web server on loopback that ends with the test. */
export async function webServer(
  answer: RequestListener,
  tls?: { readonly key: string; readonly cert: string },
): Promise<WebServer> {
  const requests: { path: string; authorization: string | undefined }[] = [];
  const listener: RequestListener = (request, response) => {
    requests.push({ path: request.url ?? '', authorization: request.headers.authorization });
    answer(request, response);
  };
  const server = tls ? createSecureServer(tls, listener) : createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { origin: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, requests };
}

/** A port of loopback where nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
