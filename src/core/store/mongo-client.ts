import { MongoClient, type Db, type MongoClientOptions } from 'mongodb';
import { MvsError } from '../base/errors.js';
import { defaultDatabase } from './defaults.js';
import { connectError } from './mongo-errors.js';

/** Services that speak MongoDB's protocol and refuse retryable writes; mvs repeats what it writes by itself. */
const withoutRetryableWrites =
  /\.(docdb(-elastic)?\.amazonaws\.com|docdb\.amazonaws\.com\.cn|cosmos\.azure\.com|documents\.azure\.com)(:\d+)?(,|$)/;

/** What the address leaves open, and what is not for it to say. @throws MvsError CONFIG where it wants less than that */
export function clientOptions(url: string): MongoClientOptions {
  const [hosts = ''] = url.replace(/^[a-z+]+:\/\//, '').split(/[/?]/, 1);
  const said = new Map(
    Array.from(new URLSearchParams(url.split('?')[1]), ([name, value]) => [name.toLowerCase(), value]),
  );
  mustBeSafe(said);
  const usual: MongoClientOptions = {
    appName: 'mvs',
    serverSelectionTimeoutMS: 3000,
    // A server that hangs is one that is away.
    connectTimeoutMS: 3000,
    socketTimeoutMS: 10_000,
    ...(withoutRetryableWrites.test(hosts) ? { retryWrites: false } : {}),
  };
  return {
    // The driver prefers these to those of the address.
    ...Object.fromEntries(Object.entries(usual).filter(([name]) => !said.has(name.toLowerCase()))),
    writeConcern: { w: 'majority', journal: true },
    ignoreUndefined: true,
  };
}

/** Offsets are committed on the strength of the answer to a write. */
function mustBeSafe(said: ReadonlyMap<string, string>): void {
  const safe: Record<string, string> = { w: 'majority', journal: 'true', j: 'true' };
  const wrong = Object.entries(safe).find(([name, value]) => (said.get(name) ?? value) !== value);
  if (wrong === undefined) return;
  const [name] = wrong;
  throw new MvsError(
    'CONFIG',
    `the address of the database asks for less than mvs commits offsets on: ${name}=${said.get(name) ?? ''}`,
    { hint: `Leave ${name} out of --store or MVS_STORE: mvs waits for a majority and for the journal.` },
  );
}

export function createClient(url: string): MongoClient {
  const options = clientOptions(url);
  try {
    return new MongoClient(url, options);
  } catch (cause) {
    // The driver's message may quote the URL, and with it a password.
    throw new MvsError('CONFIG', 'the address of the database is not a MongoDB URL', {
      cause,
      hint: 'Give --store or MVS_STORE as mongodb://host:27017/database.',
    });
  }
}

export interface Connection {
  readonly client: MongoClient;
  readonly db: Db;
}

/**
 * Connects to the database that the URL names (`video-stream-records` where it names none), and hands it to `first`, which asks
 * it something: where that fails, the client is closed.
 * @throws MvsError STORE_UNAVAILABLE where nothing answers, CONFIG where the URL is not one.
 */
export async function connect<T>(url: string, first: (connection: Connection) => Promise<T>): Promise<T> {
  const client = createClient(url);
  const named = new URL(url.replace(/^mongodb(\+srv)?:\/\/[^/]*/, 'mongodb://h')).pathname.slice(1);
  try {
    await client.connect();
    return await first({ client, db: client.db(decodeURIComponent(named) || defaultDatabase) });
  } catch (error) {
    await client.close();
    throw connectError(error, client.options.tls);
  }
}
