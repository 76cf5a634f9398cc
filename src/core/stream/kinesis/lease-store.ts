import { connect, type Connection } from '../../store/mongo-client.js';
import { Leases } from './leases.js';

/** The database of leases and checkpoints; connected to when it is needed. */
export class LeaseStore implements AsyncDisposable {
  readonly #url: string;
  #connection: Promise<Connection> | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  /** Of one group, on the stream with this id. @throws MvsError STORE_UNAVAILABLE, CONFIG */
  async of(stream: string, group: string): Promise<Leases> {
    this.#connection ??= connect(this.#url, async (connection) => {
      await connection.db.command({ ping: 1 });
      return connection;
    });
    try {
      return new Leases((await this.#connection).db, { stream, group });
    } catch (error) {
      this.#connection = undefined;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const connection = await this.#connection?.catch(() => undefined);
    await connection?.client.close();
  }
}
