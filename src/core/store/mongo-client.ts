import { MongoClient, type Db, type MongoClientOptions } from 'mongodb';
import { MvsError } from '../errors.js';
import { defaultDatabase } from './defaults.js';
import { connectError } from './mongo-errors.js';

/** Services that speak MongoDB's protocol and refuse retryable writes; mvs repeats what it writes by itself. */
const withoutRetryableWrites =
  /\.(docdb\.amazonaws\.com|docdb\.amazonaws\.com\.cn|cosmos\.azure\.com|documents\.azure\.com)(:\d+)?(,|$)/;

/** What the address leaves open. */
export function clientOptions(url: string): MongoClientOptions {
  const [hosts = ''] = url.replace(/^[a-z+]+:\/\//, '').split(/[/?]/, 1);
  const refuses = withoutRetryableWrites.test(hosts);
  return {
    appName: 'mvs',
    serverSelectionTimeoutMS: 3000,
    // A server that hangs is one that is away.
    connectTimeoutMS: 3000,
    socketTimeoutMS: 10_000,
    // Offsets are committed on the strength of this answer.
    writeConcern: { w: 'majority', journal: true },
    ignoreUndefined: true,
    ...(refuses && !/[?&]retryWrites=/i.test(url) ? { retryWrites: false } : {}),
  };
}

function createClient(url: string): MongoClient {
  try {
    return new MongoClient(url, clientOptions(url));
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
