import { MvsError } from '../core/base/errors.js';
import { silentLog, type Log } from '../core/base/log.js';
import { runningStack } from '../core/stack/state.js';
import type { RecordStore } from '../core/store/port.js';
import type { HomeFlags, StoreFlags } from '../flags/index.js';
import { openStore } from './store.js';

/**
 * Opens the database that the flags name, else that of the local stack, to look up which content a name belongs to.
 * Producers need no database: it is no error if one is unavailable, and a warning only if the flags name it.
 *
 * @throws MvsError CONFIG if the URL is not that of a database, or it rejects the credentials.
 */
export async function openOwners({ store, home }: StoreFlags & HomeFlags, log: Log): Promise<Owners> {
  const address = store ?? runningStack(home).store;
  const owners = new Owners(store === undefined ? undefined : log);
  if (address !== undefined) await owners.open({ home, store: address });
  return owners;
}

class Owners implements AsyncDisposable {
  readonly #log: Log | undefined;
  #store: RecordStore | undefined;

  constructor(log: Log | undefined) {
    this.#log = log;
  }

  async open(flags: HomeFlags & StoreFlags): Promise<void> {
    try {
      // The flags name the address.
      this.#store = await openStore(flags, silentLog);
    } catch (error) {
      this.#mustBeUnavailable(error);
    }
  }

  /** Fingerprint of the content that has the name; undefined if no content has it, or the database is unavailable. */
  readonly of = async (video: string): Promise<string | undefined> => {
    const store = this.#store;
    try {
      return (await store?.video(video))?.fingerprint;
    } catch (error) {
      // Several calls run at the same time, and one of them warns.
      if (this.#store === store) this.#mustBeUnavailable(error);
      await this[Symbol.asyncDispose]();
      return undefined;
    }
  };

  async [Symbol.asyncDispose](): Promise<void> {
    const store = this.#store;
    this.#store = undefined;
    await store?.[Symbol.asyncDispose]();
  }

  #mustBeUnavailable(error: unknown): void {
    if (!(error instanceof MvsError && error.code === 'STORE_UNAVAILABLE')) throw error;
    this.#log?.warn(`names are not checked: ${error.message}`);
  }
}
