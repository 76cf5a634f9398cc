import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { down, up, type StackSite } from '../../src/core/stack/index.js';
import { sharedClasses } from '../../src/core/stack/class-archive.js';
import { classPath, findJava, frugal } from '../../src/core/stack/java.js';
import { pomKey } from '../../src/core/stack/maven.js';
import { createIdentity, type Identity } from './certificates.js';
import { reservedPort } from './ports.js';
import { freshHome, sharedStack } from './stack.js';

export const user = 'alice';
export const password = 'pass,w=rd for alice';
/** Knows its password, and may do nothing. */
export const powerless = 'bob';

const listeners = ['SASL_SSL', 'SASL_PLAINTEXT', 'TLS_CLIENT', 'TLS_EXPIRED', 'TLS_OTHER', 'INSIDE'] as const;
type Listener = (typeof listeners)[number];
const protocols: Record<Listener, string> = {
  SASL_SSL: 'SASL_SSL',
  SASL_PLAINTEXT: 'SASL_PLAINTEXT',
  TLS_CLIENT: 'SSL',
  TLS_EXPIRED: 'SSL',
  TLS_OTHER: 'SSL',
  INSIDE: 'PLAINTEXT',
};

/** What the listener INSIDE advertises: an address that is good in another network. */
export const inside = '127.0.0.1:1';

export interface SecureKafka {
  /** Neither encrypted nor with a login. */
  readonly plain: string;
  readonly at: Readonly<Record<Listener, string>>;
  readonly broker: Identity;
  readonly expired: Identity;
  /** Of another host. */
  readonly other: Identity;
  readonly client: Identity;
  /** A client that the broker does not know. */
  readonly stranger: Identity;
  setPassword(value: string): Promise<void>;
  restart(): Promise<void>;
}

/** A broker of its own with a port for each way in. */
export async function startSecureKafka(
  cleanUp: (work: () => Promise<void>) => unknown,
): Promise<SecureKafka> {
  const folder = await mkdtemp(join(tmpdir(), 'mvs-keys-'));
  cleanUp(() => rm(folder, { recursive: true }));
  const site = freshHome(cleanUp);
  const tenDaysAgo = new Date(Date.now() - 864_000_000);
  const [broker, expired, other, client, stranger] = await Promise.all([
    createIdentity(folder, 'broker'),
    createIdentity(folder, 'expired', { from: tenDaysAgo }),
    createIdentity(folder, 'other', { names: [{ type: 2, value: 'elsewhere.example' }] }),
    createIdentity(folder, 'client'),
    createIdentity(folder, 'stranger'),
  ]);
  const ports = Object.fromEntries(
    await Promise.all(listeners.map(async (name) => [name, await reservedPort()] as const)),
  ) as Record<Listener, number>;
  const kafkaSettings = {
    ...listenerSettings(ports),
    ...keyStoreOf('SASL_SSL', broker),
    ...keyStoreOf('TLS_CLIENT', broker),
    ...keyStoreOf('TLS_EXPIRED', expired),
    ...keyStoreOf('TLS_OTHER', other),
    'listener.name.tls_client.ssl.client.auth': 'required',
    'listener.name.tls_client.ssl.truststore.type': 'PEM',
    'listener.name.tls_client.ssl.truststore.location': client.certificate,
  };
  const start = () => startBroker({ ...site, kafkaSettings });
  const plain = await start();
  const setPassword = (value: string) => configureUser(plain, value);
  return {
    plain,
    at: Object.fromEntries(listeners.map((name) => [name, `127.0.0.1:${ports[name]}`])) as Record<
      Listener,
      string
    >,
    broker,
    expired,
    other,
    client,
    stranger,
    setPassword,
    restart: async () => {
      await down({ ...site, wipe: false });
      await start();
    },
  };
}

async function startBroker(site: StackSite): Promise<string> {
  const { store } = sharedStack();
  const { brokers } = await up({ ...site, store, kafka: 'java', kafkaPort: 0, mongoPort: 0 });
  return brokers.join(',');
}

function listenerSettings(ports: Record<Listener, number>): Record<string, string> {
  const list = (join: (name: Listener) => string) => listeners.map(join).join(',');
  const addresses = `PLAINTEXT://127.0.0.1:@PORT@,${list((name) => `${name}://127.0.0.1:${ports[name]}`)}`;
  const module = (name: string) => `org.apache.kafka.common.security.${name}LoginModule required`;
  const logins = [user, powerless].map((name) => `user_${name}="${password}"`).join(' ');
  const mechanisms = (listener: string): Record<string, string> => ({
    [`listener.name.${listener}.sasl.enabled.mechanisms`]: 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
    [`listener.name.${listener}.plain.sasl.jaas.config`]: `${module('plain.Plain')} ${logins};`,
    [`listener.name.${listener}.scram-sha-256.sasl.jaas.config`]: `${module('scram.Scram')};`,
    [`listener.name.${listener}.scram-sha-512.sasl.jaas.config`]: `${module('scram.Scram')};`,
    // Takes any unsigned JWT that has not expired; a session ends with its token.
    [`listener.name.${listener}.oauthbearer.sasl.jaas.config`]: `${module('oauthbearer.OAuthBearer')} unsecuredLoginStringClaim_sub="broker";`,
    [`listener.name.${listener}.oauthbearer.connections.max.reauth.ms`]: '3600000',
  });
  return {
    listeners: `${addresses},CONTROLLER://127.0.0.1:@CONTROLLER_PORT@`,
    'advertised.listeners': addresses.replace(/INSIDE:[^,]*/, `INSIDE://${inside}`),
    'listener.security.protocol.map': `PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,${list((name) => `${name}:${protocols[name]}`)}`,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': `User:ANONYMOUS;User:${user};User:CN=client`,
    ...mechanisms('sasl_ssl'),
    ...mechanisms('sasl_plaintext'),
  };
}

function keyStoreOf(listener: Listener, { keyStore }: Identity): Record<string, string> {
  const prefix = `listener.name.${listener.toLowerCase()}.ssl.keystore`;
  return {
    [`${prefix}.type`]: 'PEM',
    [`${prefix}.location`]: keyStore,
  };
}

/** Gives the user this password for SCRAM. */
async function configureUser(brokers: string, value: string): Promise<void> {
  const found = await findJava();
  if ('unfit' in found) throw new Error(found.unfit);
  const jars = join(sharedStack().cache, `kafka-${pomKey()}`);
  const tool = [
    ...frugal,
    ...sharedClasses(jars, found),
    '-cp',
    classPath(jars),
    'kafka.admin.ConfigCommand',
  ];
  // One at a time: the controller takes no two credentials of a user in one request.
  for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-512']) {
    const credential = `${mechanism}=[iterations=4096,password=${value}]`;
    await execa(found.java, [
      ...[...tool, '--bootstrap-server', brokers, '--alter'],
      ...['--entity-type', 'users', '--entity-name', user, '--add-config', credential],
    ]);
  }
}
