import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { findBinary } from '../../../src/core/extract/binaries.js';
import { extract } from '../../../src/core/extract/extract.js';
import { probeVideo } from '../../../src/core/extract/probe.js';
import { resolvesNames } from '../../../src/core/extract/route.js';
import type { LiveInput } from '../../../src/core/source/live.js';
import { createIdentity } from '../../support/certificates.js';
import { makeSegments, namesOfLoopback, playlistOf, rtspServer } from '../../support/live.js';
import { bundledFfmpeg, modernFfmpeg } from '../../support/modern-ffmpeg.js';
import { record, shown } from '../../support/record.js';
import { webServer } from '../../support/web.js';
import { multiples, numbered } from '../extract/extract-clips.js';

let folder = '';
let names: string[] = [];
let tls = { key: '', cert: '' };
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mvs-names-'));
  names = await namesOfLoopback();
  const { key, certificate } = await createIdentity(folder, 'camera');
  tls = { key: await readFile(key, 'utf8'), cert: await readFile(certificate, 'utf8') };
  await makeSegments(folder, numbered({ frames: 30 }));
});
afterAll(() => rm(folder, { recursive: true }));

const [one, other] = [0, 1].map((place) => () => names[place] ?? 'localhost') as [() => string, () => string];
const named = (url: string, name: string): string => url.replace('127.0.0.1', name);

/**
 * An HLS server that redirects to another of its names; its playlist names one segment by that name, and the others by none.
 * @param hosts the host that each request names: in its header, and in TLS
 */
async function redirecting(hosts: string[], secure?: typeof tls): Promise<string> {
  let origin = '';
  const server = await webServer((request, response) => {
    const name = path.basename(request.url ?? '');
    const inTls = 'servername' in request.socket ? `, ${String(request.socket.servername)}` : '';
    hosts.push(`${name} ${(request.headers.host ?? '').replace(/:\d+$/, '')}${inTls}`);
    const playlist = playlistOf(0, 3, true).replace('1.ts', `${named(origin, other())}/elsewhere/1.ts`);
    if (request.url === '/camera/index.m3u8')
      response.writeHead(302, { location: `${named(origin, other())}/real/index.m3u8` }).end();
    else if (name === 'index.m3u8') response.end(playlist);
    else void readFile(path.join(folder, name)).then((content) => response.end(content));
  }, secure);
  ({ origin } = server);
  return named(`${origin}/camera/index.m3u8`, one());
}

describe.each([
  ['the bundled ffmpeg', bundledFfmpeg],
  ['a modern ffmpeg', modernFfmpeg],
])('%s', (_, ffmpeg) => {
  const stub = (skip: () => void): void => {
    if (ffmpeg === undefined) skip();
    vi.stubEnv('MVS_FFMPEG', ffmpeg === bundledFfmpeg ? '' : (ffmpeg ?? ''));
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
  };

  it('reads a camera by its name', async ({ skip }) => {
    stub(skip);
    for (const name of names) {
      const { url, seen } = await rtspServer(numbered({ frames: 9 }));
      const { frames } = await record(named(url, name), { reconnectAttempts: 0 });
      expect(await shown(frames)).toEqual(multiples(3, 9));
      expect(seen.length).toBeGreaterThan(0);
    }
  });

  it('reads HLS by its name, where redirects and the playlist name others', async ({ skip }) => {
    stub(skip);
    const hosts: string[] = [];
    const { frames, totals } = await record(await redirecting(hosts));
    expect(totals).toMatchObject({ framesDecoded: 30, damaged: false });
    expect(await shown(frames)).toEqual(multiples(3, 30));
    expect(new Set(hosts)).toEqual(
      new Set([
        `index.m3u8 ${one()}`,
        ...['index.m3u8', '0.ts', '1.ts', '2.ts'].map((name) => `${name} ${other()}`),
      ]),
    );
  });
});

describe('the bundled ffmpeg, which cannot resolve names,', () => {
  const extracted = async (input: LiveInput): Promise<number[]> => {
    const numbers: number[] = [];
    for await (const { frame } of extract(input, { samplingMethod: { every: 10 } })) numbers.push(frame);
    return numbers;
  };

  it('sends them in TLS: HLS', async () => {
    const hosts: string[] = [];
    const address = await redirecting(hosts, tls);
    expect(await extracted({ input: 'camera', live: 'hls', address })).toEqual([10, 20, 30]);
    expect(new Set(hosts)).toContain(`index.m3u8 ${one()}, ${one()}`);
    expect(new Set(hosts)).toContain(`1.ts ${other()}, ${other()}`);
  });

  it('sends them in TLS: RTSP', async () => {
    const camera = await rtspServer(numbered({ frames: 10 }), tls);
    const address = named(camera.url, one());
    expect(await extracted({ input: 'camera', live: 'rtsp', address })).toEqual([10]);
    expect([...camera.names]).toEqual([one()]);
  });

  it('is not started for a name that does not exist', async () => {
    await expect(record('rtsp://camera.invalid/lobby')).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      message: /^"rtsp:\/\/camera\.invalid\/lobby" cannot be reached \(.*ENOTFOUND.*\)$/,
    });
  });

  it('is said to be the reason, where a camera sends it to another name', async ({ skip }) => {
    if (await resolvesNames(await findBinary('ffprobe'))) skip();
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (request) => {
        const cseq = /cseq: *(\d+)/i.exec(request.toString('latin1'))?.[1] ?? '1';
        socket.write(`RTSP/1.0 302 Found\r\nCSeq: ${cseq}\r\nLocation: rtsp://localhost:1/x\r\n\r\n`);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.close();
    });
    const address = `rtsp://localhost:${(server.address() as AddressInfo).port}/x`;
    await expect(probeVideo({ input: 'camera', live: 'rtsp', address })).rejects.toMatchObject({
      code: 'EXTRACTOR_FAILED',
      hint: expect.stringContaining('may crash then') as string,
    });
  });
});
