import { MongoClient, type Db, type MongoClientOptions } from 'mongodb';
import { MvsError } from '../base/errors.js';
import { databaseOf } from './address.js';
import { connectError } from './mongo-errors.js';

/** Services that speak MongoDB's protocol but refuse retryable writes. mvs retries its writes itself. */
const withoutRetryableWrites =
  /\.(docdb(-elastic)?\.amazonaws\.com|docdb\.amazonaws\.com\.cn|cosmos\.azure\.com|documents\.azure\.com)(:\d+)?(,|$)/;

/** Options that the address does not set, and those that it must not change. @throws MvsError CONFIG if it asks for weaker writes */
export function clientOptions(url: string): MongoClientOptions {
  const [hosts = ''] = url.replace(/^[a-z+]+:\/\//, '').split(/[/?]/, 1);
  const said = new Map(
    Array.from(new URLSearchParams(url.split('?')[1]), ([name, value]) => [name.toLowerCase(), value]),
  );
  mustBeSafe(said);
  const usual: MongoClientOptions = {
    appName: 'mvs',
    serverSelectionTimeoutMS: 3000,
    // A server that hangs counts as unavailable.
    connectTimeoutMS: 3000,
    socketTimeoutMS: 10_000,
    ...(withoutRetryableWrites.test(hosts) ? { retryWrites: false } : {}),
  };
  return {
    // The driver would let these override the options in the address.
    ...Object.fromEntries(Object.entries(usual).filter(([name]) => !said.has(name.toLowerCase()))),
    writeConcern: { w: 'majority', journal: true },
    ignoreUndefined: true,
  };
}

/** Offsets are committed after a write is confirmed, so the confirmation must be reliable. */
function mustBeSafe(said: ReadonlyMap<string, string>): void {
  const safe: Record<string, string> = { w: 'majority', journal: 'true', j: 'true' };
  const wrong = Object.entries(safe).find(([name, value]) => (said.get(name) ?? value) !== value);
  if (wrong === undefined) return;
  const [name] = wrong;
  throw new MvsError(
    'CONFIG',
    `the database URL asks for weaker write confirmation than mvs needs: ${name}=${said.get(name) ?? ''}`,
    {
      hint: `Remove ${name} from --store or MVS_STORE. mvs always waits for a majority and for the journal.`,
    },
  );
}

export function createClient(url: string): MongoClient {
  const options = clientOptions(url);
  try {
    return new MongoClient(url, options);
  } catch (cause) {
    // The driver's message may quote the URL and its password.
    throw new MvsError('CONFIG', 'the address of the database is not a MongoDB URL', {
      cause,
      hint: 'Set --store or MVS_STORE to a URL such as mongodb://host:27017/database.',
    });
  }
}

export interface Connection {
  readonly client: MongoClient;
  readonly db: Db;
}

/**
 * Connects to the database that the URL names (`video-stream-records` if it names none) and passes it to `first`, which sends the
 * first request. If that fails, the client is closed.
 * @throws MvsError STORE_UNAVAILABLE if no server answers, CONFIG if the URL is invalid.
 */
export async function connect<T>(url: string, first: (connection: Connection) => Promise<T>): Promise<T> {
  const client = createClient(url);
  try {
    await client.connect();
    return await first({ client, db: client.db(databaseOf(url)) });
  } catch (error) {
    await client.close();
    throw connectError(error, client.options.tls);
  }
}
