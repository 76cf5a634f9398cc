import type { Admin } from 'kafkajs';
import type { Access } from '../stream/kafka/refusal.js';

// Clients are imported when they are used: most commands ask no server of the stack.

/** Requests Kafka's metadata. @throws MvsError if no Kafka answers, or if it refuses the connection. */
export async function kafkaAnswers(access: Access): Promise<void> {
  await withAdmin(access, () => Promise.resolve());
}

/**
 * Resolves when Kafka can be used: the broker is unfenced (after kill -9, seconds after it answers), every partition has a
 * leader, and groups have a coordinator.
 * @throws until then.
 */
export async function kafkaReady(brokers: readonly string[]): Promise<void> {
  await withAdmin({ brokers }, async (admin) => {
    const probe = { topic: 'mvs-probe', numPartitions: 1, replicationFactor: 1 };
    await admin.createTopics({ topics: [probe], validateOnly: true, waitForLeaders: false });
    const { topics } = await admin.fetchTopicMetadata();
    const headless = topics.find((topic) => topic.partitions.some(({ leader }) => leader < 0));
    if (headless) throw new Error(`topic ${headless.name} has no leader yet`);
    await admin.fetchOffsets({ groupId: 'mvs-probe' });
  });
}

async function withAdmin(access: Access, ask: (admin: Admin) => Promise<void>): Promise<void> {
  const [{ Kafka, logLevel }, { connectTo }, { securitySettings }] = await Promise.all([
    import('kafkajs'),
    import('../stream/kafka/connection.js'),
    import('../stream/kafka/security.js'),
  ]);
  const retry = { retries: 0 };
  const createClient = (brokers: readonly string[]) =>
    new Kafka({
      ...securitySettings(access.security),
      clientId: 'mvs-up',
      brokers: [...brokers],
      connectionTimeout: 2_000,
      requestTimeout: 5_000,
      logLevel: logLevel.NOTHING,
      retry,
    });
  const connecting = connectTo({ access, topic: '', createClient, retry });
  try {
    await within(
      10_000,
      connecting.then(({ admin }) => ask(admin)),
    );
  } finally {
    const disconnecting = connecting.then(({ admin }) => admin.disconnect());
    await within(2_000, disconnecting).catch(() => undefined);
  }
}

/** Pings MongoDB and returns its version. @throws MvsError if no MongoDB answers, or if it refuses the connection. */
export async function mongoAnswers(url: string): Promise<string> {
  const [{ MongoClient }, { connectError }] = await Promise.all([
    import('mongodb'),
    import('../store/mongo-errors.js'),
  ]);
  const client = new MongoClient(url, {
    appName: 'mvs-up',
    serverSelectionTimeoutMS: 3_000,
    connectTimeoutMS: 3_000,
    socketTimeoutMS: 5_000,
  });
  try {
    await client.db('admin').command({ ping: 1 });
    const info: unknown = (await client.db('admin').command({ buildInfo: 1 })).version;
    return String(info);
  } catch (error) {
    throw connectError(error, client.options.tls);
  } finally {
    await client.close();
  }
}

/** Another program on the port may accept the connection and send nothing. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${ms / 1_000} s`));
    }, ms);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
