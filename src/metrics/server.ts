import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Endpoint } from '../core/base/endpoint.js';
import { MvsError, messageOf } from '../core/base/errors.js';

export interface Page {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** By path. */
type Pages = ReadonlyMap<string, () => Page | Promise<Page>>;

export interface PageServer extends AsyncDisposable {
  /** Without a trailing slash. */
  readonly origin: string;
}

/** Serves pages until it is disposed. @throws MvsError USAGE if it cannot listen there */
export async function servePages(endpoint: Endpoint, pages: Pages): Promise<PageServer> {
  const server = createServer((request, response) => {
    const answerWith = ({ status, type, text }: Page): void => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
      response.end(request.method === 'HEAD' ? undefined : text);
    };
    const path = request.url?.split('?', 1)[0] ?? '';
    answer(request.method, pages.get(path), pages).then(answerWith, (error: unknown) => {
      answerWith(plain(500, messageOf(error)));
    });
  });
  await listen(server, endpoint);
  const { address, family, port } = server.address() as AddressInfo;
  return {
    origin: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      // Scrapers keep their connections open, which would delay the end.
      server.closeAllConnections();
      await closed;
    },
  };
}

export function plain(status: number, text: string): Page {
  return { status, type: 'text/plain; charset=utf-8', text: `${text}\n` };
}

async function answer(
  method: string | undefined,
  page: (() => Page | Promise<Page>) | undefined,
  pages: Pages,
): Promise<Page> {
  if (!page) return plain(404, `not found; available pages: ${[...pages.keys()].join(', ')}`);
  if (method !== 'GET' && method !== 'HEAD') return plain(405, 'only GET and HEAD are allowed');
  return page();
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program, or another mvs, uses this port',
  EACCES: 'this user may not listen on this port',
  EADDRNOTAVAIL: 'this machine does not have this address',
  ENOTFOUND: 'the host name cannot be resolved',
};

async function listen(server: Server, { host, port }: Endpoint): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const reason = reasons[code] ?? messageOf(error);
    throw new MvsError('USAGE', `--metrics cannot listen on ${host}:${port}: ${reason}`, {
      cause: error,
      hint: 'Use another port. With 0, mvs takes a free one and prints it.',
    });
  }
}
