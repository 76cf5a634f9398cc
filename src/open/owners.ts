import { MvsError } from '../core/base/errors.js';
import type { Log } from '../core/base/log.js';
import { runningStack } from '../core/stack/state.js';
import { openMongo } from '../core/store/mongo.js';
import type { RecordStore } from '../core/store/port.js';

interface StoreFlags {
  readonly home: string;
  readonly store?: string | undefined;
}

/**
 * Opens the database that the flags name, else that of the local stack, to ask it which content a name belongs to.
 * Producers need no database: one that is away is no error, and is told where somebody has named it.
 *
 * @throws MvsError CONFIG where what was named is no database, or it refuses the credentials.
 */
export async function openOwners({ store, home }: StoreFlags, log: Log): Promise<Owners> {
  const address = store ?? runningStack(home).store;
  const owners = new Owners(store === undefined ? undefined : log);
  if (address !== undefined) await owners.open(address);
  return owners;
}

class Owners implements AsyncDisposable {
  readonly #log: Log | undefined;
  #store: RecordStore | undefined;

  constructor(log: Log | undefined) {
    this.#log = log;
  }

  async open(address: string): Promise<void> {
    try {
      this.#store = await openMongo(address);
    } catch (error) {
      this.#mustBeAway(error);
    }
  }

  /** Fingerprint of the content that has the name; undefined where none has it, or there is nobody to ask (any more). */
  readonly of = async (video: string): Promise<string | undefined> => {
    const store = this.#store;
    try {
      return (await store?.video(video))?.fingerprint;
    } catch (error) {
      // Several ask at the same time, and one of them tells.
      if (this.#store === store) this.#mustBeAway(error);
      await this[Symbol.asyncDispose]();
      return undefined;
    }
  };

  async [Symbol.asyncDispose](): Promise<void> {
    const store = this.#store;
    this.#store = undefined;
    await store?.[Symbol.asyncDispose]();
  }

  #mustBeAway(error: unknown): void {
    if (!(error instanceof MvsError && error.code === 'STORE_UNAVAILABLE')) throw error;
    this.#log?.warn(`names are not checked: ${error.message}`);
  }
}
