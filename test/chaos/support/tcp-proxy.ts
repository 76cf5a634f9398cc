import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { FrameFilter, type Framing, type Verdict } from './frame-filter.js';

/** A request, or the response to one, by the name of what was asked. */
export interface SeenFrame {
  readonly direction: 'request' | 'response';
  readonly kind: string;
  readonly bytes: number;
}

/** Called for each frame before it goes on; nothing said means that it passes. */
export type Rule = (frame: SeenFrame) => Verdict | undefined;

export interface WireProtocol extends Framing {
  requestOf(head: Buffer): { readonly id: number; readonly kind: string };
  /** The id of the request that is answered. */
  answeredBy(head: Buffer): number;
}

const none: Rule = () => undefined;

/** Stands between a client and a server on loopback and understands enough of what they say to break it on purpose. */
export class TcpProxy implements AsyncDisposable {
  readonly #protocol: WireProtocol;
  readonly #server: Server;
  readonly #connections = new Set<() => void>();
  readonly #counts = new Map<string, number>();
  /** Port that connections go to; they are refused before it is known. */
  target: number | undefined;
  rule = none;
  #refuses = false;

  private constructor(protocol: WireProtocol) {
    this.#protocol = protocol;
    this.#server = createServer((client) => {
      this.#accept(client);
    });
  }

  static async listen(protocol: WireProtocol): Promise<TcpProxy> {
    const proxy = new TcpProxy(protocol);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** How many frames like "request produce" were seen. */
  seen(direction: SeenFrame['direction'], kind: string): number {
    return this.#counts.get(`${direction} ${kind}`) ?? 0;
  }

  /** Cuts all connections. @returns how many */
  cutAll(): number {
    const count = this.#connections.size;
    for (const cut of [...this.#connections]) cut();
    return count;
  }

  /** As if the server were away, until `heal`. */
  goAway(): void {
    this.#refuses = true;
    this.cutAll();
  }

  /** Passes everything again. */
  heal(): void {
    this.#refuses = false;
    this.rule = none;
  }

  #accept(client: Socket): void {
    if (this.#refuses || this.target === undefined) {
      client.resetAndDestroy();
      return;
    }
    const server = connect({ port: this.target, host: '127.0.0.1', noDelay: true });
    client.setNoDelay(true);
    const cut = (): void => {
      this.#connections.delete(cut);
      client.destroy();
      server.destroy();
    };
    this.#connections.add(cut);
    const asked = new Map<number, string>();
    const requests = this.#filter(cut, (head) => {
      const { id, kind } = this.#protocol.requestOf(head);
      asked.set(id, kind);
      return { direction: 'request', kind };
    });
    const responses = this.#filter(cut, (head) => {
      const id = this.#protocol.answeredBy(head);
      const kind = asked.get(id) ?? 'unknown';
      asked.delete(id);
      return { direction: 'response', kind };
    });
    pipeline(client, requests, server, cut);
    pipeline(server, responses, client, cut);
  }

  #filter(cut: () => void, describe: (head: Buffer) => Omit<SeenFrame, 'bytes'>): FrameFilter {
    const judge = (head: Buffer, bytes: number): Verdict => {
      const frame = { ...describe(head), bytes };
      const key = `${frame.direction} ${frame.kind}`;
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
      return this.rule(frame) ?? 'pass';
    };
    return new FrameFilter({ framing: this.#protocol, judge, cut });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.goAway();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
