import { createServer as createPlain, type IncomingHttpHeaders, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { buffer } from 'node:stream/consumers';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Reply {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** Becomes `{"error": …}`, as in both protocols. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export interface Identity {
  readonly key: string;
  readonly cert: string;
}

/** An HTTP server around one function; not listening yet. */
export function restServer(answer: (request: Request) => Promise<Reply>, identity?: Identity): Server {
  const server = identity === undefined ? createPlain() : createSecure(identity);
  server.on('request', (incoming, response) => {
    void (async () => {
      const { method = '', url = '', headers } = incoming;
      try {
        const reply = await answer({ method, path: url, headers, body: await buffer(incoming) });
        response.writeHead(200, reply.headers).end(reply.body);
      } catch (error) {
        const status = error instanceof HttpError ? error.status : 500;
        response.writeHead(status).end(JSON.stringify({ error: String(error) }));
      }
    })();
  });
  return server;
}
