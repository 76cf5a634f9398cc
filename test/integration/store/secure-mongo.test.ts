import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type TLSSocket } from 'node:tls';
import { MongoServerError } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { portOf } from '../../../src/core/stack/address.js';
import { storeError } from '../../../src/core/store/mongo-errors.js';
import { createIdentity, type Identity } from '../../support/certificates.js';
import { jsonOf, workspace } from '../../support/mvs.js';
import { sharedStack } from '../../support/stack.js';

interface Front {
  readonly port: number;
  readonly identity: Identity;
}

let server: Front;
let elsewhere: Front;
let expired: Front;
const cleanUps: (() => unknown)[] = [];

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mvs-keys-'));
  cleanUps.push(() => rm(folder, { recursive: true }));
  [server, elsewhere, expired] = await Promise.all([
    front(await createIdentity(folder, 'server')),
    front(await createIdentity(folder, 'elsewhere', { names: [{ type: 2, value: 'elsewhere.example' }] })),
    front(await createIdentity(folder, 'expired', { from: new Date(Date.now() - 864_000_000) })),
  ]);
});

afterAll(async () => {
  for (const cleanUp of cleanUps) await cleanUp();
});

/** Speaks TLS with the client, and in clear text with the database of the suite. */
async function front(identity: Identity): Promise<Front> {
  const [key, cert] = await Promise.all([readFile(identity.key), readFile(identity.certificate)]);
  const sockets = new Set<TLSSocket>();
  const terminator = createServer({ key, cert }, (outside) => {
    const inside = connect(portOf(sharedStack().store), '127.0.0.1');
    sockets.add(outside);
    outside.on('error', () => inside.destroy()).on('close', () => inside.destroy());
    inside.on('error', () => outside.destroy());
    outside.pipe(inside).pipe(outside);
  });
  terminator.listen(0, '127.0.0.1');
  await once(terminator, 'listening');
  cleanUps.push(() => {
    terminator.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: (terminator.address() as AddressInfo).port, identity };
}

function urlOf(port: number, options: Readonly<Record<string, string>> = {}): string {
  return `mongodb://127.0.0.1:${port}/db?${new URLSearchParams(options).toString()}`;
}

describe('a database with TLS', () => {
  it('is used with the authority that signed its certificate', async () => {
    const url = urlOf(server.port, { tls: 'true', tlsCAFile: server.identity.certificate });
    const { mvs } = workspace({ MVS_STORE: url });
    expect(jsonOf(await mvs('query', '--json'))).toEqual({ videos: [], more: false });
    expect(jsonOf(await mvs('status', '--json'))).toMatchObject({ servers: [{}, { running: true }] });
  });

  it.each<[string, () => string, number, RegExp, RegExp]>([
    [
      'a certificate that nobody vouches for',
      () => urlOf(server.port, { tls: 'true' }),
      78,
      /not signed by a trusted authority/,
      /tlsCAFile/,
    ],
    [
      'another authority',
      () => urlOf(server.port, { tls: 'true', tlsCAFile: elsewhere.identity.certificate }),
      78,
      /not signed by a trusted authority/,
      /tlsCAFile/,
    ],
    [
      'a certificate for another host',
      () => urlOf(elsewhere.port, { tls: 'true', tlsCAFile: elsewhere.identity.certificate }),
      78,
      /is for another host/,
      /MVS_STORE/,
    ],
    [
      'a certificate that has expired',
      () => urlOf(expired.port, { tls: 'true', tlsCAFile: expired.identity.certificate }),
      78,
      /has expired/,
      /renew the certificate/,
    ],
    [
      'no file with the authority',
      () => urlOf(server.port, { tls: 'true', tlsCAFile: '/nowhere' }),
      78,
      /cannot read a file that its URL names: .*\/nowhere/,
      /tlsCAFile/,
    ],
    ['TLS there, and none here', () => urlOf(server.port), 69, /closed/, /add tls=true/],
    [
      'TLS here, and none there',
      () => urlOf(portOf(sharedStack().store), { tls: 'true' }),
      69,
      /timed out|disconnected/,
      /remove tls=true/,
    ],
  ])('is an error within seconds, with what to do: %s', async (_, url, exitCode, message, hint) => {
    const { mvs } = workspace({ MVS_STORE: url() });
    const result = await mvs('query', '--json');
    expect(jsonOf(result)).toMatchObject({
      error: {
        message: expect.stringMatching(message) as string,
        hint: expect.stringMatching(hint) as string,
      },
    });
    expect(result.exitCode).toBe(exitCode);
    expect(result.durationMs).toBeLessThan(30_000);
  });

  it('is an error for up too', async () => {
    const { mvs } = workspace({ MVS_STORE: urlOf(server.port, { tls: 'true' }) });
    const { stderr, exitCode } = await mvs('up');
    expect(stderr).toMatch(/^error: .*not signed by a trusted authority.*\n.*tlsCAFile/);
    expect(exitCode).toBe(78);
  });
});

// The emulator knows no users, so the driver's own error has to do.
it.each([
  [18, 'AuthenticationFailed'],
  [13, 'Unauthorized'],
])('a login that MongoDB refuses (%i, %s) is no outage to wait for', (code, codeName) => {
  const refused = new MongoServerError({ ok: 0, code, codeName, message: `${codeName}.` });
  expect(storeError(refused, 'storing records')).toMatchObject({
    code: 'CONFIG',
    retriable: false,
    message: 'storing records: MongoDB refuses these credentials',
    hint: expect.stringContaining('MVS_STORE') as string,
  });
});
