import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createSocket } from 'node:dgram';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createServer as createSecureServer, TLSSocket } from 'node:tls';
import path from 'node:path';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { make } from '../integration/extract/extract-clips.js';
import { webServer, type WebServer } from './web.js';

/** Cuts what `input` (arguments of ffmpeg) gives into segments of one second. */
export async function makeSegments(folder: string, input: readonly string[]): Promise<void> {
  const encode = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '10', '-bf', '0', '-pix_fmt', 'yuv420p'];
  const cut = ['-f', 'hls', '-hls_time', '1', '-hls_list_size', '0', '-hls_segment_filename'];
  await make(path.join(folder, 'index.m3u8'), ...input, ...encode, ...cut, path.join(folder, '%d.ts'));
}

/**
 * An HLS camera: `playlist` answers each request for the playlist, given its number from 1, or drops it. With a `login`
 * (user:password) it answers nobody else.
 */
export async function hlsServer(
  folder: string,
  playlist: (request: number) => string | undefined,
  login?: string,
): Promise<WebServer & { readonly url: string }> {
  let asked = 0;
  const authorization = login && `Basic ${Buffer.from(login).toString('base64')}`;
  const server = await webServer((request, response) => {
    if (authorization !== undefined && request.headers.authorization !== authorization) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="camera"' }).end();
      return;
    }
    const name = path.basename(new URL(request.url ?? '', 'http://x').pathname);
    const answer = name === 'index.m3u8' ? playlist(++asked) : undefined;
    if (name === 'index.m3u8' && answer === undefined) request.socket.destroy();
    else if (answer !== undefined) response.end(answer);
    else
      readFile(path.join(folder, name)).then(
        (content) => response.end(content),
        () => response.writeHead(404).end(),
      );
  });
  return { ...server, url: `${server.origin}/lobby/index.m3u8` };
}

/** The playlist of a camera that goes on for half a minute, a segment each second; three are there at first. */
export function growing(): () => string {
  let began: number | undefined;
  return () => {
    began ??= performance.now();
    return playlistOf(0, Math.min(30, 3 + Math.floor((performance.now() - began) / 1000)));
  };
}

/** `localhost`, and another name of the loopback interface in the hosts file, if there is one. */
export async function namesOfLoopback(): Promise<string[]> {
  const lines = (await readFile('/etc/hosts', 'utf8').catch(() => '')).split('\n');
  const names = lines.flatMap((line) => /^127\.0\.0\.1\s+([^#]*)/.exec(line)?.[1]?.trim().split(/\s+/) ?? []);
  return ['localhost', names.find((name) => name !== 'localhost') ?? 'localhost'];
}

/** A playlist with the segments `from` up to `to`. */
export function playlistOf(from: number, to: number, ended = false): string {
  const segments = Array.from({ length: to - from }, (_, n) => `#EXTINF:1.0,\n${from + n}.ts`);
  const head = ['#EXTM3U', '#EXT-X-VERSION:3', '#EXT-X-TARGETDURATION:1', `#EXT-X-MEDIA-SEQUENCE:${from}`];
  return [...head, ...segments, ...(ended ? ['#EXT-X-ENDLIST'] : []), ''].join('\n');
}

/**
 * An RTSP camera that sends `input` (arguments of ffmpeg) from its beginning to each client, over the connection of the
 * client, and hangs up when it is over.
 */
export async function rtspServer(
  input: readonly string[],
  tls?: { readonly key: string; readonly cert: string },
): Promise<{ url: string; seen: string[]; names: Set<string> }> {
  const seen: string[] = [];
  const names = new Set<string>();
  const sockets = new Set<Socket>();
  const serve = (socket: Socket): void => {
    sockets.add(socket);
    if (socket instanceof TLSSocket) names.add(String(socket.servername));
    socket.on('error', () => undefined);
    let sending: Sending | undefined;
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const request = text.slice(0, end).replace(/^\$[^]*?(?=[A-Z]{4,})/, '');
        text = text.slice(end + 4);
        const method = request.split(' ')[0] ?? '';
        const cseq = /cseq: *(\d+)/i.exec(request)?.[1] ?? '0';
        seen.push(request.split('\r\n')[0] ?? '');
        const reply = (headers: string[], body = ''): void => {
          socket.write(['RTSP/1.0 200 OK', `CSeq: ${cseq}`, ...headers, '', body].join('\r\n'));
        };
        if (method === 'OPTIONS') reply(['Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN']);
        else if (method === 'DESCRIBE') {
          void describe(input).then((sdp) => {
            reply(['Content-Type: application/sdp', `Content-Length: ${sdp.length}`], sdp);
          });
        } else if (method === 'SETUP')
          reply(['Transport: RTP/AVP/TCP;unicast;interleaved=0-1', 'Session: 1']);
        else if (method === 'PLAY') {
          reply(['Session: 1', 'Range: npt=0.000-']);
          sending = send(input, socket);
        } else reply(['Session: 1']);
      }
    });
    socket.on('close', () => {
      sockets.delete(socket);
      sending?.stop();
    });
  };
  const server = tls ? createSecureServer(tls, serve) : createServer(serve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const scheme = tls ? 'rtsps' : 'rtsp';
  return { url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/door`, seen, names };
}

interface Sending {
  stop: () => void;
}

const encode = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '10', '-bf', '0'];
const rtp = (port: number): string[] => [
  ...encode,
  '-pix_fmt',
  'yuv420p',
  '-f',
  'rtp',
  `rtp://127.0.0.1:${port}`,
];

/** What ffmpeg says of the stream, without the port. */
async function describe(input: readonly string[]): Promise<string> {
  const { stdout } = await execa(ffmpeg.path, ['-v', 'info', ...input, '-frames:v', '1', ...rtp(9)]);
  const sdp = stdout
    .slice(stdout.indexOf('v=0'))
    .trim()
    .replace(/m=video \d+/, 'm=video 0');
  return `${sdp.split(/\r?\n/).join('\r\n')}\r\na=control:track1\r\n`;
}

function send(input: readonly string[], socket: Socket): Sending {
  const udp = createSocket('udp4');
  const stop = new AbortController();
  udp.on('message', (packet) => {
    const head = Buffer.from([0x24, 0, packet.length >> 8, packet.length & 255]);
    socket.write(Buffer.concat([head, packet]));
  });
  udp.bind(0, '127.0.0.1', () => {
    const args = ['-v', 'error', '-re', ...input, ...rtp(udp.address().port)];
    const sender = execa(ffmpeg.path, args, { reject: false, cancelSignal: stop.signal });
    void sender.then(() => socket.destroy());
  });
  return {
    stop: () => {
      stop.abort();
      udp.close();
    },
  };
}
