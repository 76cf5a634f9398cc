import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { pipeline, type Duplex } from 'node:stream';

/** A proxy for HTTP and HTTPS on the loopback interface. */
export interface LocalProxy extends AsyncDisposable {
  /** `http://mvs:SECRET@127.0.0.1:PORT`: a program without the secret is refused, because any user of this machine can connect. */
  readonly url: string;
}

/** ffmpeg sends its login only when it is asked for it. */
const challenge = { 'Proxy-Authenticate': 'Basic realm="mvs"', Connection: 'close' };
const challengeLine = `Proxy-Authenticate: ${challenge['Proxy-Authenticate']}`;

/**
 * Opens a proxy for a program that cannot resolve host names. The proxy resolves each name that the program requests, also the
 * names in redirects and playlists. The program still sends the name itself in TLS and in the Host header.
 */
export async function openLocalProxy(): Promise<LocalProxy> {
  const sockets = new Set<Duplex>();
  const login = `mvs:${randomBytes(16).toString('hex')}`;
  const authorization = `Basic ${Buffer.from(login).toString('base64')}`;
  const isAllowed = ({ headers }: IncomingMessage): boolean =>
    headers['proxy-authorization'] === authorization;
  const server = createServer((asked, answer) => {
    if (isAllowed(asked)) forward(asked, answer);
    else answer.writeHead(407, challenge).end();
  }).on('connect', (asked: IncomingMessage, client: Duplex, head: Buffer) => {
    sockets.add(client);
    client.on('error', () => undefined);
    client.on('close', () => sockets.delete(client));
    if (isAllowed(asked)) tunnel(asked.url ?? '', client, head);
    else client.end(`HTTP/1.1 407 Proxy Authentication Required\r\n${challengeLine}\r\n\r\n`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${login}@127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => {
      server.close();
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
      return Promise.resolve();
    },
  };
}

/** Headers between two neighbours, which are not for the server. Node decides about the form of the body itself. */
const hopByHop = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade'],
]);

/** Forwards a request in plain HTTP, which names the whole address of its target. */
function forward(asked: IncomingMessage, answer: ServerResponse): void {
  const [, host, path = ''] = /^http:\/\/([^/?#]+)(.*)$/i.exec(asked.url ?? '') ?? [];
  if (host === undefined || !URL.canParse(`http://${host}`)) {
    answer.writeHead(400).end();
    return;
  }
  const { hostname, port } = new URL(`http://${host}`);
  const target = request({
    method: asked.method ?? 'GET',
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port: port || 80,
    path: path.startsWith('/') ? path : `/${path}`,
    headers: endToEnd(asked.headers),
    // A server may close a connection that is kept for later at the moment when it is used again: a segment would be lost.
    agent: false,
  });
  target.on('response', (response) => {
    const { statusCode: status = 0 } = response;
    // Node sends no lower ones.
    answer.writeHead(status < 100 ? 502 : status, endToEnd(response.headers));
    // A connection that breaks off breaks off for the program too.
    pipeline(response, answer, () => undefined);
  });
  target.on('error', () => {
    if (answer.headersSent) answer.destroy();
    else answer.writeHead(502).end();
  });
  answer.on('close', () => target.destroy());
  asked.pipe(target);
}

function endToEnd<T extends object>(headers: T): T {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name))) as T;
}

/** Connects a client to `host:port`: for TLS, of which the proxy sees nothing. */
function tunnel(authority: string, client: Duplex, head: Buffer): void {
  const [, host, port] = /^\[?([^\]]+)\]?:(\d+)$/.exec(authority) ?? [];
  if (host === undefined || Number(port) > 65_535) {
    client.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    return;
  }
  let connected = false;
  const target: Socket = connect({ host, port: Number(port) }, () => {
    connected = true;
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    target.write(head);
    client.pipe(target).pipe(client);
  });
  target.on('error', () => {
    if (connected) client.destroy();
    else client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  client.on('close', () => target.destroy());
}
