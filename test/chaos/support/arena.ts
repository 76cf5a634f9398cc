import { vi } from 'vitest';
import {
  up,
  type MongoChoice,
  type RunningStack,
  type ServerName,
  type StackSite,
} from '../../../src/core/stack/index.js';
import { reservedPort } from '../../support/ports.js';
import { advertising } from '../../support/proxied-kafka.js';
import { lives } from '../../support/reaper.js';
import { freshHome, pidOf } from '../../support/stack.js';
import type { Servers } from './servers.js';
import { kafkaProtocol, mongoProtocol } from './protocols.js';
import { passAll, TcpProxy } from './tcp-proxy.js';

/**
 * A broker and a database of this suite's own, to be killed at will, with a proxy before each. What is tested goes
 * through the proxies; the test itself asks the servers directly.
 */
export class Arena implements Servers {
  readonly kafka: TcpProxy;
  readonly mongo: TcpProxy;
  /** What MVS_HOME would be. */
  readonly home: string;
  readonly replicationFactor = 1;
  readonly #start: () => Promise<RunningStack>;
  readonly #down = new Set<ServerName>();
  #stack: RunningStack;

  private constructor(
    { kafka, mongo, home }: Pick<Arena, 'kafka' | 'mongo' | 'home'>,
    stack: RunningStack,
    start: () => Promise<RunningStack>,
  ) {
    this.kafka = kafka;
    this.mongo = mongo;
    this.home = home;
    this.#stack = stack;
    this.#start = start;
  }

  /**
   * @param cleanUp is given what ends the servers and the proxies
   * @param site where their data lies
   */
  static async open(
    cleanUp: (work: () => Promise<void>) => void,
    site: StackSite = freshHome(cleanUp),
  ): Promise<Arena> {
    const [kafka, mongo] = await Promise.all([
      TcpProxy.listen(kafkaProtocol),
      TcpProxy.listen(mongoProtocol),
    ]);
    cleanUp(() => {
      kafka[Symbol.dispose]();
      mongo[Symbol.dispose]();
      return Promise.resolve();
    });
    kafka.target = await reservedPort();
    const kafkaSettings = advertising(kafka);
    const choice = (process.env.MVS_MONGO ?? 'emulator') as MongoChoice;
    const start = (): Promise<RunningStack> =>
      up({ ...site, kafkaPort: 0, mongoPort: 0, kafka: 'java', mongo: choice, kafkaSettings });
    const stack = await start();
    mongo.target = Number(new URL(stack.store).port);
    return new Arena({ kafka, mongo, home: site.home }, stack, start);
  }

  get brokers(): string[] {
    return this.#stack.brokers;
  }

  get store(): string {
    return this.#stack.store;
  }

  get reached(): Servers['reached'] {
    const [kafka, mongo] = [this.kafka, this.mongo].map(({ port }) => `127.0.0.1:${port}`);
    return { brokers: [kafka ?? ''], store: `mongodb://${mongo ?? ''}` };
  }

  /** Ends a server by a signal and waits until it is gone. */
  async stop(server: ServerName, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const pid = pidOf(this.#stack.servers, server);
    this.#down.add(server);
    process.kill(pid, signal);
    const gone = (): void => {
      if (lives(pid)) throw new Error(`${server} still runs`);
    };
    await vi.waitFor(gone, { timeout: 60_000, interval: 20 });
    (server === 'kafka' ? this.kafka : this.mongo).goAway();
  }

  get servers(): RunningStack['servers'] {
    return this.#stack.servers;
  }

  /** Starts what was stopped, where it was before. */
  async start(): Promise<void> {
    if (this.#down.size > 0) await this.restart();
    else await this.#comeBack();
  }

  /** Starts whatever does not run. */
  async restart(): Promise<void> {
    this.#stack = await this.#start();
    this.#down.clear();
    await this.#comeBack();
  }

  async #comeBack(): Promise<void> {
    await Promise.all([this.kafka.comeBack(), this.mongo.comeBack()]);
  }

  stopBreaking(): void {
    this.kafka.rule = passAll;
    this.mongo.rule = passAll;
  }

  /** Everything works again. */
  async heal(): Promise<void> {
    this.stopBreaking();
    await this.start();
  }
}
