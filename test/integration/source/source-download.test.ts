import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa, execaSync } from 'execa';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MvsError } from '../../../src/core/base/errors.js';
import { openSource } from '../../../src/core/source/open.js';
import { findSources } from '../../../src/core/source/find.js';
import { closedPort, webServer } from '../../support/web.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mvs-url-'));
  vi.stubEnv('TMPDIR', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  expect(await readdir(folder)).toEqual([]);
  await rm(folder, { recursive: true });
});

const options = { stallMs: 60_000, spoolLimit: 4, signal: new AbortController().signal };

async function open(url: string, changes: Partial<typeof options> = {}) {
  const { sources } = await findSources([url]);
  const [source] = sources;
  if (!source || source.kind === 'live') throw new Error(`${url} is no source`);
  return openSource(source, { ...options, ...changes });
}

async function failureOf(opening: Promise<unknown>): Promise<MvsError> {
  const error = await opening.catch((reason: unknown) => reason);
  if (!(error instanceof MvsError)) throw new Error(`no MvsError: ${String(error)}`);
  expect(error.message).not.toContain('\n');
  expect(error.hint).toBeTruthy();
  return error;
}

describe('a URL', () => {
  it('is a temporary file until it is disposed', async () => {
    const content = Buffer.alloc(3 << 20, 'video');
    const { origin, requests } = await webServer((_, response) => response.end(content));
    {
      await using file = await open(`${origin}/a/clip.webm?sig=s3cret#x`);
      expect(file.input).toBe(`${origin}/a/clip.webm`);
      expect(file.path).toMatch(/\.webm$/);
      expect(content.equals(await readFile(file.path))).toBe(true);
    }
    expect(requests).toEqual([{ path: '/a/clip.webm?sig=s3cret', authorization: undefined }]);
  });

  it('gives its user and password to its own server, and to no other that it leads to', async () => {
    const other = await webServer((_, response) => response.end('here'));
    const { origin, requests } = await webServer((request, response) => {
      const location = request.url === '/first' ? '/second' : `${other.origin}/third`;
      response.writeHead(302, { location }).end();
    });
    await using file = await open(`${origin.replace('//', '//us%40er:p%3Aw@')}/first`);
    expect(await readFile(file.path, 'utf8')).toBe('here');
    const authorization = `Basic ${Buffer.from('us@er:p:w').toString('base64')}`;
    expect(requests).toEqual([
      { path: '/first', authorization },
      { path: '/second', authorization },
    ]);
    expect(other.requests).toEqual([{ path: '/third', authorization: undefined }]);
  });

  it.each([
    [404, 'NO_INPUT', /answers 404 Not Found$/, /address/],
    [403, 'NO_INPUT', /answers 403 Forbidden$/, /expired/],
    [401, 'NO_INPUT', /answers 401 Unauthorized$/, /user:password@/],
    [503, 'SOURCE_UNAVAILABLE', /answers 503 Service Unavailable$/, /later/],
  ])('that answers %i says so', async (status, code, message, hint) => {
    const { origin } = await webServer((_, response) => response.writeHead(status).end('<html>no</html>'));
    const error = await failureOf(open(`${origin}/x.mp4?sig=s3cret`));
    expect(error).toMatchObject({ code, retriable: status === 503 });
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
    expect(JSON.stringify(error)).not.toContain('s3cret');
  });

  it.each([
    ['with a length', { 'content-length': '1000' }],
    ['in chunks', {}],
  ])('that is cut off on its way is no file: %s', async (_, headers) => {
    const { origin } = await webServer((_, response) => {
      response.writeHead(200, headers);
      response.write('x'.repeat(100), () => response.destroy());
    });
    const error = await failureOf(open(`${origin}/x.mp4`));
    expect(error).toMatchObject({ code: 'SOURCE_UNAVAILABLE', retriable: true, exitCode: 69 });
    expect(error.message).toMatch(/cut off after 100 bytes/);
  });

  it('whose server cannot be reached, or is not there, says so', async () => {
    const port = await closedPort();
    // So long that no resolver is asked.
    const nowhere = `${'a'.repeat(64)}.invalid`;
    for (const url of [`http://me:s3cret@127.0.0.1:${port}/x.mp4`, `http://me:s3cret@${nowhere}/x.mp4`]) {
      const error = await failureOf(open(url));
      expect(error).toMatchObject({ code: 'SOURCE_UNAVAILABLE', retriable: true });
      expect(error.message).toMatch(/cannot be reached \(.*(ECONNREFUSED|ENOTFOUND|EAI_AGAIN)/);
      expect(error.message).not.toContain('s3cret');
    }
  });

  it.each(['ftp://me:s3cret@127.0.0.1/x', 'file:///etc/passwd', 'http://me:s3cret@[x/'])(
    'does not lead to %s',
    async (location) => {
      const { origin } = await webServer((_, response) => response.writeHead(302, { location }).end());
      const error = await failureOf(open(`${origin}/x.mp4`));
      expect(error).toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
      expect(`${error.stack ?? ''} ${String(error.cause)}`).not.toContain('s3cret');
    },
  );

  it.skipIf(execaSync('openssl', ['version'], { reject: false }).failed)(
    'with a certificate that nobody vouches for is not read, unless its authority is named',
    async () => {
      const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
      const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
      await execa('openssl', [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        key,
        '-out',
        cert,
        ...names,
      ]);
      const pair = { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
      await rm(key);
      await rm(cert);
      const { origin } = await webServer((_, response) => response.end('secret'), pair);
      const error = await failureOf(open(`${origin}/x.mp4`));
      expect(error).toMatchObject({ code: 'SOURCE_UNAVAILABLE', retriable: false });
      expect(error.message).toMatch(/certificate of .* is not trusted \(self.signed/);
      expect(error.hint).toContain('NODE_EXTRA_CA_CERTS');
    },
  );

  it.each([
    ['before its first byte', () => undefined],
    ['in the middle', (response: ServerResponse) => void response.write('x')],
  ])('that stalls %s is given up', async (_, begin) => {
    const { origin } = await webServer((_, response) => {
      begin(response);
    });
    const error = await failureOf(open(`${origin}/x.mp4`, { stallMs: 200 }));
    expect(error).toMatchObject({ code: 'SOURCE_UNAVAILABLE', retriable: true });
    expect(error.message).toMatch(/stalled: no data for 0\.2 s$/);
  });

  it.each([
    ['as its server says, of which nothing is read', { 'content-length': `${5 << 20}` }],
    ['as is seen', {}],
  ])('that is larger than the limit is refused: %s', async (_, headers) => {
    let sent = 0;
    const { origin } = await webServer((_, response) => {
      response.writeHead(200, headers);
      // Without an end, as a camera that sends pictures.
      const send = (): void => {
        sent += 1 << 16;
        if (!response.destroyed) response.write(Buffer.alloc(1 << 16), () => setImmediate(send));
      };
      if ('content-length' in headers) response.flushHeaders();
      else send();
    });
    const error = await failureOf(open(`${origin}/x.mp4`));
    expect(error).toMatchObject({ code: 'SOURCE_TOO_LARGE', exitCode: 65 });
    expect(error.message).toMatch(/x\.mp4" is larger than 4 MiB$/);
    expect(error.hint).toContain('--spool-limit');
    expect(sent).toBeLessThan(64 << 20);
  });

  it('that is slow but steady is read to its end', async () => {
    const { origin } = await webServer((_, response) => {
      let left = 12;
      const drip = setInterval(() => {
        response.write('x');
        if (--left > 0) return;
        clearInterval(drip);
        response.end();
      }, 100);
    });
    await using file = await open(`${origin}/x.mp4`, { stallMs: 1000 });
    expect(await readFile(file.path, 'utf8')).toBe('x'.repeat(12));
  });

  it('is left when the signal is aborted', async () => {
    const abort = new AbortController();
    const reason = new MvsError('INTERRUPTED', 'enough');
    const { origin } = await webServer((_, response) => {
      response.write('x', () => {
        abort.abort(reason);
      });
    });
    await expect(open(`${origin}/x.mp4`, { signal: abort.signal })).rejects.toBe(reason);
  });

  it('that finds no temporary folder says which', async () => {
    vi.stubEnv('TMPDIR', join(folder, 'missing'));
    const error = await failureOf(open('http://127.0.0.1/x.mp4'));
    expect(error).toMatchObject({ code: 'CONFIG' });
    expect(error.message).toContain('missing');
    expect(error.hint).toContain('TMPDIR');
    expect(existsSync(join(folder, 'missing'))).toBe(false);
  });
});
