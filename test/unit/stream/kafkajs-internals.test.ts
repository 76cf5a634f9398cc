import { createRequire } from 'node:module';
import kafkajs, { Kafka, logLevel, type Authenticator, type Batch } from 'kafkajs';
import { afterEach, expect, it, vi } from 'vitest';
import { clusterFactoryOf } from '../../../src/core/stream/kafka/internals/hidden-cluster.js';
import { internalModule, kafkajsVersion } from '../../../src/core/stream/kafka/internals/kafkajs.js';
import { fetchedOffsetOf } from '../../../src/core/stream/kafka/internals/fetched-offset.js';
import { patientLogin } from '../../../src/core/stream/kafka/internals/patient-login.js';

/**
 * Each patch of kafkajs, in two halves: what kafkajs does without it, which is red when kafkajs has been repaired and the patch can go;
 * and what it does with it, which is red when kafkajs has changed inside. A patch stays once it is imported, so tests import it in the middle.
 */

const { KafkaJSConnectionError } = kafkajs;
const client = (): Kafka => new Kafka({ brokers: ['127.0.0.1:1'], logLevel: logLevel.NOTHING });
const silent = { namespace: () => silent, debug: () => undefined, error: () => undefined };
const typeOf = (object: object, names: readonly string[]): unknown[] =>
  names.map((name) => typeof Reflect.get(object, name));
const functions = (names: readonly string[]): string[] => names.map(() => 'function');

afterEach(() => {
  vi.useRealTimers();
});

it('kafkajs has the version that the patches were written for, and no other one can be installed', () => {
  const require = createRequire(import.meta.url);
  const { version } = require('kafkajs/package.json') as { version: string };
  const { dependencies } = require('../../../package.json') as { dependencies: Record<string, string> };
  expect([version, dependencies.kafkajs]).toEqual([kafkajsVersion, kafkajsVersion]);
});

it('creation-reasons: kafkajs drops the reason why a broker does not create a topic', async () => {
  const { versions } = internalModule('protocol/requests/createTopics/index.js') as { versions: string[] };
  expect(versions).toEqual(['0', '1', '2', '3']);
  const errorMessage = 'Unknown topic config name: x';
  const answer = { topicErrors: [{ topic: 't', errorCode: 40, errorMessage }] };
  const responses = [1, 2, 3].map(
    (version) =>
      internalModule(`protocol/requests/createTopics/v${version}/response.js`) as {
        parse: (of: object) => Promise<unknown>;
      },
  );
  for (const response of responses)
    await expect(response.parse(answer)).rejects.toThrow('Topic creation errors');
  await import('../../../src/core/stream/kafka/internals/creation-reasons.js');
  for (const response of responses) await expect(response.parse(answer)).rejects.toThrow(errorMessage);
});

it('other-topics: kafkajs fails with all topics where one partition of one of them has no leader', async () => {
  const topic = (name: string, partitionErrorCode: number): object => ({
    ...{ topic: name, topicErrorCode: 0, partitionMetadata: [{ partitionErrorCode, partitionId: 0 }] },
  });
  const answer = { brokers: [], topicMetadata: [topic('well', 0), topic('leaderless', 5)] };
  const response = internalModule('protocol/requests/metadata/v6/response.js') as {
    decode: (bytes: unknown) => unknown;
    parse: (of: unknown) => unknown;
  };
  interface Sent {
    readonly response: Pick<typeof response, 'parse'>;
  }
  const { prototype } = internalModule('broker/index.js') as {
    prototype: { metadata: (topics: string[]) => Promise<unknown> };
  };
  const broker = Object.assign(Object.create(prototype) as typeof prototype, {
    lookupRequest: () => () => ({ request: {}, response }),
    connectionPool: { send: (sent: Sent) => Promise.resolve(sent.response.parse(answer)) },
  });
  await expect(broker.metadata([])).rejects.toMatchObject({ type: 'LEADER_NOT_AVAILABLE' });
  const { askMetadata } = await import('../../../src/core/stream/kafka/internals/other-topics.js');
  expect(await broker.metadata([])).toEqual({ ...answer, topicMetadata: [topic('well', 0)] });
  // Of topics that are named all is to be known.
  await expect(broker.metadata(['leaderless'])).rejects.toMatchObject({ type: 'LEADER_NOT_AVAILABLE' });
  expect(await askMetadata(broker, ['leaderless'])).toEqual(answer);
});

it('cluster: kafkajs asks brokers in a random order, fails with the first that is down, and drops what they answer', async () => {
  interface Pool {
    withBroker(work: (of: { nodeId: string }) => Promise<string>): Promise<unknown>;
  }
  const [down, up] = [{ isConnected: () => false }, { isConnected: () => true }];
  /** With broker 1 down and broker 2 up. */
  const prepared = <T extends object>(pool: T): T =>
    Object.assign(pool, {
      brokers: { 1: down, 2: up },
      findBroker: ({ nodeId }: { nodeId: string }) =>
        nodeId === '2' ? Promise.resolve(up) : Promise.reject(new Error('down')),
    });
  const often = (pool: Pool): Promise<unknown[]> =>
    Promise.all(Array.from({ length: 50 }, () => pool.withBroker(({ nodeId }) => Promise.resolve(nodeId))));
  const refuse = (): Promise<never> => Promise.reject(new Error('refused'));

  const own = prepared(clusterFactoryOf<{ brokerPool: Pool }>(client()).create({}).brokerPool);
  await expect(often(own)).rejects.toThrow('down');
  expect(await Object.assign(own, { findBroker: () => Promise.resolve(up) }).withBroker(refuse)).toBeNull();

  const { createAdmin } = await import('../../../src/core/stream/kafka/internals/cluster.js');
  const { brokerPool } = createAdmin(client()).cluster;
  const used = ['findConnectedBroker', 'refreshMetadata', 'findBroker'];
  expect(typeOf(brokerPool, used)).toEqual(functions(used));
  const patched = prepared(brokerPool) as unknown as Pool;
  expect(new Set(await often(patched))).toEqual(new Set(['2']));
  await expect(patched.withBroker(refuse)).rejects.toThrow('refused');
});

it('commit-offsets: kafkajs joins a group to move it, and what we use instead is there', () => {
  expect(client().admin().setOffsets.toString()).toContain('createConsumer(');
  const inCluster = ['connect', 'disconnect', 'findGroupCoordinator'];
  expect(typeOf(clusterFactoryOf<object>(client()).create({}), inCluster)).toEqual(functions(inCluster));
  const { prototype } = internalModule('broker/index.js') as { prototype: object };
  const inBroker = ['offsetCommit', 'findGroupCoordinator', 'isConnected'];
  expect(typeOf(prototype, inBroker)).toEqual(functions(inBroker));
});

it('coordinator-loss: kafkajs sends heartbeats to a coordinator that is gone, and looks for no other one', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const gone = new KafkaJSConnectionError('connect ECONNREFUSED');
  const coordinator = { heartbeat: () => Promise.reject(gone) };
  const ConsumerGroup = internalModule('consumer/consumerGroup.js') as new (options: object) => {
    heartbeat: (options: object) => Promise<void>;
  };
  const group = Object.assign(new ConsumerGroup({ logger: silent }), { memberId: 'm', coordinator });
  const beat = (): Promise<void> => group.heartbeat({ interval: 0 });
  const later = (): void => {
    vi.setSystemTime(Date.now() + 1_001);
  };
  await expect(beat()).rejects.toBe(gone);
  later();
  await expect(beat()).rejects.toBe(gone);

  await import('../../../src/core/stream/kafka/internals/coordinator-loss.js');
  await expect(beat()).rejects.toBe(gone);
  later();
  const error: unknown = await beat().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ type: 'NOT_COORDINATOR_FOR_GROUP', retriable: true });
  const { isRebalancing } = internalModule('errors.js') as { isRebalancing: (error: unknown) => boolean };
  expect([isRebalancing(gone), isRebalancing(error)]).toEqual([false, true]);
});

it('patient-login: kafkajs takes a connection that breaks in the middle of a login for a refusal', async () => {
  const lost = new KafkaJSConnectionError('closed');
  const SaslAuthenticator = internalModule('broker/saslAuthenticator/index.js') as new (
    ...of: unknown[]
  ) => Authenticator;
  const login = { mechanism: 'plain', username: 'u', password: 'p' };
  const authenticate = (sasl: object): Promise<void> => {
    const answers = [Promise.resolve({ enabledMechanisms: ['PLAIN'] }), Promise.reject(lost)];
    const connection = { sasl, host: 'h', port: 9, send: () => answers.shift() };
    const bothVersions = { 17: { maxVersion: 1 }, 36: { maxVersion: 1 } };
    return new SaslAuthenticator(connection, silent, bothVersions, true).authenticate();
  };
  await expect(authenticate({ ...login })).rejects.toMatchObject({
    ...{ name: 'KafkaJSSASLAuthenticationError', retriable: false },
  });
  await expect(authenticate(patientLogin(login))).rejects.toBe(lost);
});

it('fetched-offset: a batch of kafkajs says from which offset on it was asked for', () => {
  const KafkaBatch = internalModule('consumer/batch.js') as new (...of: unknown[]) => Batch;
  const messages = [{ offset: '8' }, { offset: '9' }];
  const batch = new KafkaBatch('t', '7', { partition: 0, highWatermark: '10', messages });
  expect([fetchedOffsetOf(batch), batch.firstOffset()]).toEqual([7n, '8']);
});
