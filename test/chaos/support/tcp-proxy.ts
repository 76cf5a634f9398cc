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

/** Called for each frame before it goes on. */
export type Rule = (frame: SeenFrame) => Verdict;

export interface WireProtocol extends Framing {
  requestOf(head: Buffer): { readonly id: number; readonly kind: string };
  /** The id of the request that is answered. */
  answeredBy(head: Buffer): number;
}

export const passAll: Rule = () => 'pass';

/** Stands between a client and a server on loopback and understands enough of what they say to break it on purpose. */
export class TcpProxy implements Disposable {
  readonly #protocol: WireProtocol;
  readonly #server: Server;
  #port = 0;
  readonly #connections = new Set<() => void>();
  readonly #counts = new Map<string, number>();
  /** Port that connections go to; they are refused before it is known. */
  target: number | undefined;
  rule: Rule = passAll;

  private constructor(protocol: WireProtocol) {
    this.#protocol = protocol;
    this.#server = createServer((client) => {
      this.#accept(client);
    });
  }

  static async listen(protocol: WireProtocol): Promise<TcpProxy> {
    const proxy = new TcpProxy(protocol);
    await proxy.comeBack();
    return proxy;
  }

  /** The same all the time. */
  get port(): number {
    return this.#port;
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

  /** As when the server has ended: connections break and no new one is taken. */
  goAway(): void {
    this.#server.close();
    this.cutAll();
  }

  async comeBack(): Promise<void> {
    if (this.#server.listening) return;
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  #accept(client: Socket): void {
    if (this.target === undefined) {
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
      return this.rule(frame);
    };
    return new FrameFilter({ framing: this.#protocol, judge, cut });
  }

  [Symbol.dispose](): void {
    this.goAway();
  }
}
