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
  /** Without a slash at its end. */
  readonly origin: string;
}

/** Serves text to whoever asks, until it is disposed of. @throws MvsError USAGE where it cannot listen there */
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
      // A scraper keeps its connection; one that is being answered would keep us.
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
  if (!page) return plain(404, `there are ${[...pages.keys()].join(', ')}`);
  if (method !== 'GET' && method !== 'HEAD') return plain(405, 'only GET');
  return page();
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program, or another mvs, has that port',
  EACCES: 'this user may not have that port',
  EADDRNOTAVAIL: 'this machine does not have that address',
  ENOTFOUND: 'there is no host of that name',
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
      hint: 'Give another port; 0 takes a free one and says which.',
    });
  }
}
