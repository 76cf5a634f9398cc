import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { vi } from 'vitest';
import { archiveArguments, sharedClasses } from '../../../src/core/stack/class-archive.js';
import {
  classPath,
  frugal,
  javaEnvironment,
  loggingArguments,
  type Java,
} from '../../../src/core/stack/java.js';
import { assets, layoutOf, markOf, type Layout } from '../../../src/core/stack/layout.js';
import { findProcess, launch } from '../../../src/core/stack/processes.js';
import { emptyState, writeState } from '../../../src/core/stack/state.js';
import type { StackSite } from '../../../src/core/stack/index.js';
import { lives } from '../../support/reaper.js';

/** What all brokers of a cluster have in common. */
export interface Programs {
  readonly java: Java;
  /** The folder with Kafka's jars. */
  readonly jars: string;
}

export interface Seat {
  readonly id: number;
  readonly port: number;
  readonly controllerPort: number;
}

/** All of a cluster's brokers keep a replica of everything; two of three have to confirm a message. */
const shared = {
  'default.replication.factor': 3,
  'min.insync.replicas': 2,
  'unclean.leader.election.enable': false,
  'offsets.topic.replication.factor': 3,
  'offsets.topic.num.partitions': 6,
  'transaction.state.log.replication.factor': 3,
  'transaction.state.log.min.isr': 2,
  'share.coordinator.state.topic.replication.factor': 3,
  'share.coordinator.state.topic.min.isr': 2,
  // Which broker leads is part of what the tests decide.
  'auto.leader.rebalance.enable': false,
  // Retention works within a test.
  'log.retention.check.interval.ms': 5000,
};

/**
 * One of the brokers, with a home of its own: there it is found and ended as a local stack is, whatever becomes of the
 * process that started it.
 */
export class Broker {
  readonly id: number;
  readonly address: string;
  readonly #programs: Programs;
  readonly #layout: Layout;
  #pid = 0;

  constructor(seat: Seat, cluster: readonly Seat[], site: StackSite, programs: Programs) {
    this.id = seat.id;
    this.address = `127.0.0.1:${seat.port}`;
    this.#programs = programs;
    this.#layout = layoutOf(site.home, site.cache);
    const voters = cluster.map(({ id, controllerPort }) => `${id}@127.0.0.1:${controllerPort}`).join(',');
    const own = { ...shared, 'node.id': seat.id, 'controller.quorum.voters': voters };
    const text = readFileSync(assets.kafkaSettings, 'utf8')
      .replaceAll('@CONTROLLER_PORT@', String(seat.controllerPort))
      .replaceAll('@PORT@', String(seat.port))
      .replaceAll('@DATA@', 'data');
    // Of two lines for one setting the later one counts.
    const settings = [text, ...Object.entries(own).map(([name, value]) => `${name}=${value}`)].join('\n');
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(join(this.#folder, 'server.properties'), settings);
    const record = { provider: 'java', address: this.address } as const;
    writeState(this.#layout.stateFile, { ...emptyState(), up: true, kafka: record });
  }

  get #folder(): string {
    return this.#layout.folder('kafka');
  }

  async format(clusterId: string): Promise<void> {
    const { java, jars } = this.#programs;
    const tool = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', 'server.properties'];
    const logging = loggingArguments(join(this.#folder, 'format.log'));
    await execa(
      java.java,
      [...frugal, ...sharedClasses(jars, java), '-cp', classPath(jars), ...logging, ...tool],
      {
        cwd: this.#folder,
        env: javaEnvironment(),
      },
    );
  }

  /** Starts it, unless it runs; it may take seconds until it serves. */
  async start(): Promise<void> {
    const { java, jars } = this.#programs;
    if ((await findProcess([this.#mark], this.#pid)) !== undefined) return;
    const logFile = this.#layout.logFile('kafka');
    const heap = ['-Xms64m', '-Xmx320m', '-XX:+ExitOnOutOfMemoryError', '-Djava.awt.headless=true'];
    const { pid } = await launch({
      command: java.java,
      args: [
        ...[...frugal, ...heap, ...archiveArguments(this.#layout, jars, java), ...loggingArguments(logFile)],
        ...[this.#mark, '-cp', classPath(jars), 'kafka.Kafka', 'server.properties'],
      ],
      cwd: this.#folder,
      env: javaEnvironment(),
      outFile: `${logFile}.out`,
    });
    this.#pid = pid;
  }

  /** Ends it by a signal and waits until it is gone. */
  async stop(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.signal(signal);
    const gone = (): void => {
      if (lives(this.#pid)) throw new Error(`broker ${this.id} still runs`);
    };
    await vi.waitFor(gone, { timeout: 120_000, interval: 20 });
  }

  /** SIGSTOP and SIGCONT freeze it and let it go on. */
  signal(signal: NodeJS.Signals): void {
    if (this.#pid > 0 && lives(this.#pid)) process.kill(this.#pid, signal);
  }

  get #mark(): string {
    return markOf(this.#layout, 'kafka');
  }
}

/** In the form that Kafka gives its clusters: a UUID in base64. */
export function newClusterId(): string {
  return Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url');
}
