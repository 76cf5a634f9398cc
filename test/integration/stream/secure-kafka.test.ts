import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  Kafka,
  logLevel,
  ResourcePatternTypes,
} from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { silentLog } from '../../../src/core/base/log.js';
import { portOf } from '../../../src/core/stack/address.js';
import { openKafka } from '../../../src/core/stream/kafka/index.js';
import { jsonOf, workspace } from '../../support/mvs.js';
import {
  inside,
  password,
  powerless,
  startSecureKafka,
  user,
  type SecureKafka,
} from '../../support/secure-kafka.js';

const clip = 'videos/cat.webm';
let kafka: SecureKafka;
const cleanUps: (() => Promise<void>)[] = [];

beforeAll(async () => {
  kafka = await startSecureKafka((work) => cleanUps.unshift(work));
  await kafka.setPassword(password);
});

afterAll(async () => {
  for (const cleanUp of cleanUps) await cleanUp();
});

type Variables = Readonly<Record<string, string | undefined>>;

const login = { MVS_SASL_MECHANISM: 'scram-sha-512', MVS_SASL_USERNAME: user, MVS_SASL_PASSWORD: password };
const saslSsl = (): Variables => ({
  MVS_BROKERS: kafka.at.SASL_SSL,
  MVS_TLS_CA: kafka.broker.certificate,
  ...login,
});
const tlsClient = (): Variables => ({
  MVS_BROKERS: kafka.at.TLS_CLIENT,
  MVS_TLS_CA: kafka.broker.certificate,
  MVS_TLS_CERT: kafka.client.certificate,
  MVS_TLS_KEY: kafka.client.key,
});

describe('a broker that wants TLS and a login', () => {
  it('is used all the way: create, produce, consume, lag', async () => {
    const { mvs } = workspace(saslSsl());
    expect(await mvs('topic:create')).toMatchObject({ exitCode: 0 });
    const produced = await mvs('produce', clip, '--every', '30');
    expect(produced).toMatchObject({ exitCode: 0, stderr: '' });
    const consumed = await mvs('consume', '--threads', '2', '--until-drained', '--json');
    // What the first member has in work when the second one joins may come again, and is stored once.
    expect(jsonOf(consumed)).toMatchObject({ stored: 3 });
    expect(jsonOf(await mvs('lag', '--json'))).toMatchObject({ total: 0 });
    expect(jsonOf(await mvs('query', 'cat', '--json'))).toMatchObject({ stored: 3, complete: true });
  });

  it.each(['plain', 'scram-sha-256'])('is used with %s too', async (mechanism) => {
    const { mvs } = workspace({ ...saslSsl(), MVS_SASL_MECHANISM: mechanism });
    expect(await mvs('topic:create')).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('is found by up and status', async () => {
    const { mvs } = workspace(saslSsl());
    const found = { name: 'kafka', provider: 'external', running: true };
    expect(jsonOf(await mvs('up', '--json'))).toMatchObject({ servers: [found, {}] });
    expect(jsonOf(await mvs('status', '--json'))).toMatchObject({ servers: [found, {}] });
  });
});

describe('a broker that wants', () => {
  it('a login without TLS takes it', async () => {
    const { mvs } = workspace({ MVS_BROKERS: kafka.at.SASL_PLAINTEXT, ...login });
    expect(await mvs('topic:create')).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('a password in clear text takes it, with a warning', async () => {
    const plain = { ...login, MVS_SASL_MECHANISM: 'plain' };
    const { mvs } = workspace({ MVS_BROKERS: kafka.at.SASL_PLAINTEXT, ...plain });
    const { exitCode, stderr } = await mvs('topic:create');
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^warn: the password is sent to the broker in clear text.*--tls/);
  });

  it('a certificate of the client takes it', async () => {
    const { mvs } = workspace(tlsClient());
    expect(await mvs('topic:create')).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

describe('a broker that is not reached as it wants is an error within seconds, with what to do:', () => {
  it.each<[string, () => Variables, number, RegExp, RegExp]>([
    [
      'an address for another network that it advertises',
      () => ({ MVS_BROKERS: kafka.at.INSIDE }),
      69,
      new RegExp(
        `the broker at 127\\.0\\.0\\.1:\\d+ advertises ${inside}, which cannot be reached from here`,
      ),
      /advertised\.listeners/,
    ],
    [
      'a wrong password',
      () => ({ ...saslSsl(), MVS_SASL_PASSWORD: 'wrong-password' }),
      78,
      /connecting to Kafka at 127\.0\.0\.1:\d+: the broker refuses this login/,
      /MVS_SASL_PASSWORD/,
    ],
    [
      'a wrong password for plain',
      () => ({ ...saslSsl(), MVS_SASL_MECHANISM: 'plain', MVS_SASL_PASSWORD: 'wrong-password' }),
      78,
      /the broker refuses this login/,
      /MVS_SASL_PASSWORD/,
    ],
    [
      'no login',
      () => ({ MVS_BROKERS: kafka.at.SASL_PLAINTEXT }),
      69,
      /the broker at 127\.0\.0\.1:\d+ closes the connection/,
      /--sasl-mechanism/,
    ],
    [
      'no login through TLS',
      () => ({ MVS_BROKERS: kafka.at.SASL_SSL, MVS_TLS_CA: kafka.broker.certificate }),
      69,
      /closes the connection/,
      /--sasl-mechanism/,
    ],
    [
      'a login where none is taken',
      () => ({ MVS_BROKERS: kafka.plain, ...login }),
      78,
      /does not accept logins on this port/,
      /leave --sasl-mechanism/,
    ],
    [
      'a broker with TLS, and none here',
      () => ({ ...saslSsl(), MVS_TLS_CA: undefined }),
      69,
      /closes the connection/,
      /add --tls/,
    ],
    [
      'TLS here, and a broker without',
      () => ({ MVS_BROKERS: kafka.plain, MVS_TLS: '1' }),
      69,
      /closes the connection/,
      /leave --tls out/,
    ],
    [
      'a certificate that nobody vouches for',
      () => ({ ...saslSsl(), MVS_TLS_CA: undefined, MVS_TLS: '1' }),
      78,
      /not signed by a trusted authority/,
      /--tls-ca/,
    ],
    [
      'another authority',
      () => ({ ...saslSsl(), MVS_TLS_CA: kafka.client.certificate }),
      78,
      /not signed by a trusted authority/,
      /--tls-ca/,
    ],
    [
      'a certificate for another host',
      () => ({ MVS_BROKERS: kafka.at.TLS_OTHER, MVS_TLS_CA: kafka.other.certificate }),
      78,
      /the certificate of the broker is for another host/,
      /--brokers/,
    ],
    [
      'a certificate that has expired',
      () => ({ MVS_BROKERS: kafka.at.TLS_EXPIRED, MVS_TLS_CA: kafka.expired.certificate }),
      78,
      /expired/,
      /renew the certificate/,
    ],
    [
      'no certificate of the client',
      () => ({ ...tlsClient(), MVS_TLS_CERT: undefined, MVS_TLS_KEY: undefined }),
      78,
      /requires a client certificate/,
      /--tls-cert/,
    ],
    [
      'a certificate of another client',
      () => ({ ...tlsClient(), MVS_TLS_CERT: kafka.stranger.certificate, MVS_TLS_KEY: kafka.stranger.key }),
      78,
      /requires a client certificate that it trusts/,
      /--tls-cert/,
    ],
  ])('%s', async (_, variables, exitCode, message, hint) => {
    const { mvs } = workspace(variables());
    const result = await mvs('topic:create', '--json');
    expect(jsonOf(result)).toMatchObject({
      error: {
        message: expect.stringMatching(message) as string,
        hint: expect.stringMatching(hint) as string,
      },
    });
    expect(result.exitCode).toBe(exitCode);
    expect(result.durationMs, 'not retried for minutes').toBeLessThan(30_000);
  });

  it('a user without the right to do that', async () => {
    const { mvs, topic } = workspace(saslSsl());
    await mvs('topic:create');
    const bob = { ...saslSsl(), MVS_SASL_MECHANISM: 'plain', MVS_SASL_USERNAME: powerless };
    const other = workspace({ ...bob, MVS_TOPIC: topic });
    for (const args of [
      ['topic:create', '--topic', `${topic}-2`],
      ['lag'],
      ['produce', clip],
      ['consume', '--until-drained'],
    ]) {
      const { stderr, exitCode } = await other.mvs(...args);
      expect(stderr, args[0]).toMatch(/^error: .*the broker does not permit this user to do that\n.*ACLs/);
      expect(exitCode, args[0]).toBe(78);
    }
  });

  it('up says the same, instead of that nothing answers', async () => {
    const { mvs } = workspace({ ...saslSsl(), MVS_SASL_PASSWORD: 'wrong-password' });
    const result = await mvs('up');
    expect(result).toMatchObject({ exitCode: 78, stdout: '' });
    expect(result.stderr).toMatch(/^error: .*refuses this login\n.*MVS_SASL_PASSWORD/);
  });
});

it('a connection that breaks off in the middle of a login is no refusal', async () => {
  let connections = 0;
  const proxy = createServer((near) => {
    const breaksOff = ++connections <= 2;
    const far = connect(portOf(kafka.at.SASL_PLAINTEXT), '127.0.0.1');
    let requests = 0;
    near.on('data', (chunk) => {
      // Versions, mechanism, login.
      if (breaksOff && ++requests === 3) near.destroy();
      else far.write(chunk);
    });
    far.pipe(near);
    near.on('error', () => undefined).on('close', () => far.destroy());
    far.on('error', () => near.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  onTestFinished(() => void proxy.close());
  const address = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const { mvs } = workspace({ MVS_BROKERS: address, ...login });
  expect(await mvs('topic:create')).toMatchObject({ exitCode: 0, stderr: '' });
  expect(connections).toBeGreaterThan(2);
});

describe('a password', () => {
  it('from a file is used, and shown nowhere', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mvs-keys-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'password');
    await writeFile(file, `${password}\n`, { mode: 0o600 });
    const fromFile = {
      ...saslSsl(),
      MVS_SASL_PASSWORD: 'of no use',
      MVS_SASL_PASSWORD_FILE: file,
      DEBUG: '*',
    };
    for (const MVS_SASL_USERNAME of [user, 'nobody']) {
      const { binary } = workspace({ ...fromFile, MVS_SASL_USERNAME });
      const { stdout, stderr, exitCode } = await binary('topic:create', '--verbose');
      expect(exitCode).toBe(MVS_SASL_USERNAME === user ? 0 : 78);
      expect(stdout + stderr).not.toContain(password);
    }
  });

  it('is used again after an outage; once it is changed, logging in again ends the consumer', async () => {
    const { mvs, binary, topic } = workspace(saslSsl());
    await mvs('topic:create');
    const consumer = binary('consume', '--threads', '2', '--verbose');
    let said = '';
    consumer.stderr.on('data', (chunk) => (said += String(chunk)));
    await vi.waitFor(
      () => {
        expect(said).toMatch(/holds partitions/);
      },
      { timeout: 60_000 },
    );
    await kafka.restart();
    expect(await mvs('produce', clip, '--every', '30')).toMatchObject({ exitCode: 0 });
    await vi.waitFor(
      async () => {
        expect(jsonOf(await mvs('lag', '--json'))).toMatchObject({ total: 0 });
      },
      { timeout: 60_000, interval: 200 },
    );
    await kafka.setPassword('another-password');
    await kafka.restart();
    const { exitCode, stderr } = await consumer;
    expect(exitCode, stderr).toBe(78);
    expect(stderr).toMatch(new RegExp(`^error: reading ${topic}: the broker refuses this login$`, 'm'));
    expect(stderr).not.toContain(password);
  });
});

describe('a user who may write but not create topics keeps', () => {
  it('dead letters where their topic is there already', async () => {
    const { topic } = workspace();
    const admin = new Kafka({ brokers: [kafka.plain], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    onTestFinished(() => admin.disconnect());
    const topics = [topic, `${topic}.dlq`];
    await admin.createTopics({ topics: topics.map((name) => ({ topic: name, numPartitions: 2 })) });
    await admin.createAcls({
      acl: topics.flatMap((resourceName) =>
        [AclOperationTypes.WRITE, AclOperationTypes.DESCRIBE].map((operation) => ({
          resourceType: AclResourceTypes.TOPIC,
          resourceName,
          resourcePatternType: ResourcePatternTypes.LITERAL,
          principal: `User:${powerless}`,
          host: '*',
          operation,
          permissionType: AclPermissionTypes.ALLOW,
        })),
      ),
    });
    const stream = await openKafka({
      brokers: [kafka.at.SASL_PLAINTEXT],
      topic,
      log: silentLog,
      security: { login: { mechanism: 'plain', username: powerless, password } },
    });
    onTestFinished(() => stream[Symbol.asyncDispose]());
    const message = { key: null, value: Buffer.from('x'), headers: new Map() };
    const origin = { topic, partition: 0, offset: '0' };
    await stream.deadLetter([{ message, origin, reason: 'no frame' }]);
    const ends = await admin.fetchTopicOffsets(stream.deadLetterTopic);
    expect(ends.reduce((sum, { high }) => sum + Number(high), 0)).toBe(1);
  });
});
