import { expect, vi } from 'vitest';
import { silentLog } from '../../../src/core/base/log.js';
import { up, type MongoChoice, type StackSite } from '../../../src/core/stack/index.js';
import { findJava } from '../../../src/core/stack/java.js';
import { jarsOf } from '../../../src/core/stack/maven.js';
import { openSite } from '../../../src/core/stack/site.js';
import type { Servers } from '../../chaos/support/servers.js';
import { reservedPort } from '../../support/ports.js';
import { freshHome } from '../../support/stack.js';
import { Broker, newClusterId, type Programs, type Seat } from './broker.js';
import { KafkaClient } from './kafka-client.js';

const size = 3;

/** Three brokers, which are controllers too, and a database, all on loopback and with this suite only. */
export class Cluster implements Servers {
  readonly all: readonly Broker[];
  /** Asks the cluster past all code of ours. */
  readonly client: KafkaClient;
  readonly store: string;
  /** What MVS_HOME would be. */
  readonly home: string;
  readonly replicationFactor = size;

  private constructor({ all, client, store, home }: Pick<Cluster, 'all' | 'client' | 'store' | 'home'>) {
    this.all = all;
    this.client = client;
    this.store = store;
    this.home = home;
  }

  /** @param cleanUp is given what ends the servers */
  static async open(cleanUp: (work: () => Promise<void>) => void): Promise<Cluster> {
    const site = freshHome(cleanUp);
    const database = startDatabase(site);
    const all = await startBrokers(await programsFor(site), cleanUp);
    const client = new KafkaClient(
      all.programs,
      all.brokers.map(({ address }) => address),
    );
    cleanUp(() => client.close());
    const { store } = await database;
    const cluster = new Cluster({ all: all.brokers, client, store, home: site.home });
    await client.ready();
    await cluster.untilHealthy();
    return cluster;
  }

  get brokers(): string[] {
    return this.all.map(({ address }) => address);
  }

  get reached(): { readonly brokers: readonly string[]; readonly store: string } {
    return this;
  }

  broker(id: number): Broker {
    const found = this.all.find((broker) => broker.id === id);
    if (!found) throw new Error(`there is no broker ${id}`);
    return found;
  }

  /** The broker that leads a partition. */
  async leader(topic: string, partition = 0): Promise<Broker> {
    const places = await this.client.partitions(topic);
    return this.broker(places[partition]?.leader ?? -1);
  }

  async coordinator(group: string): Promise<Broker> {
    const [id] = await this.client.ask('coordinator', group);
    return this.broker(Number(id));
  }

  async controller(): Promise<Broker> {
    const [id] = await this.client.ask('controller');
    return this.broker(Number(id));
  }

  /** Waits until so many more messages have come into a topic. */
  async untilWritten(topic: string, messages: number): Promise<void> {
    // Kafka's client may not have found the leaders yet that an election has just made.
    const before = await vi.waitFor(() => this.client.written(topic), { timeout: 60_000, interval: 20 });
    const enough = before + messages;
    const written = async (): Promise<void> => {
      expect(await this.client.written(topic)).toBeGreaterThanOrEqual(enough);
    };
    await vi.waitFor(written, { timeout: 120_000, interval: 20 });
  }

  /** Starts what does not run, and waits until every broker has all that it should have, and leads its share of it. */
  async heal(): Promise<void> {
    for (const broker of this.all) {
      broker.signal('SIGCONT');
      await broker.start();
    }
    await this.untilHealthy();
    await this.client.ask('elect');
  }

  async untilHealthy(): Promise<void> {
    const healthy = async (): Promise<void> => {
      expect(await this.client.ask('brokers')).toHaveLength(size);
      expect(await this.client.ask('degraded')).toEqual([]);
    };
    await vi.waitFor(healthy, { timeout: 120_000, interval: 250 });
  }
}

function startDatabase(site: StackSite): Promise<{ store: string }> {
  const mongo = (process.env.MVS_MONGO ?? 'emulator') as MongoChoice;
  return up({ ...site, kafkaPort: 0, mongoPort: 0, withoutKafka: true, mongo });
}

async function programsFor(site: StackSite): Promise<Programs> {
  const java = await findJava();
  if ('unfit' in java) throw new Error(java.unfit);
  const jars = await jarsOf(openSite({ ...site, log: silentLog }), 'kafka');
  if (typeof jars !== 'string') throw new Error(jars.unfit);
  return { java, jars };
}

async function startBrokers(
  programs: Programs,
  cleanUp: (work: () => Promise<void>) => void,
): Promise<{ programs: Programs; brokers: Broker[] }> {
  const seats: Seat[] = [];
  for (let id = 1; id <= size; id += 1) {
    seats.push({ id, port: await reservedPort(), controllerPort: await reservedPort() });
  }
  const clusterId = newClusterId();
  const brokers = seats.map((seat) => new Broker(seat, seats, freshHome(cleanUp), programs));
  // Their data is not needed any more, and the last one would wait for a controller to say goodbye to.
  cleanUp(async () => {
    await Promise.all(brokers.map((broker) => broker.stop('SIGKILL')));
  });
  await Promise.all(brokers.map((broker) => broker.format(clusterId)));
  await Promise.all(brokers.map((broker) => broker.start()));
  return { programs, brokers };
}
