import { MongoServerError, type Db } from 'mongodb';
import { MvsError } from '../base/errors.js';
import { storeLayouts, type StoreLayout } from './defaults.js';
import { connect } from './mongo-client.js';
import { storeError } from './mongo-errors.js';
import { MongoLayout, singleCollection } from './mongo-layout.js';

export interface CreateOptions {
  readonly layout?: StoreLayout | undefined;
  /** Distributes the videos over the shards of a cluster. Each video is on one shard. */
  readonly shard: boolean;
}

export interface CreatedStore {
  readonly database: string;
  readonly layout: StoreLayout;
  readonly sharded: boolean;
}

/**
 * Prepares a database before its first record. May be repeated.
 * @throws MvsError CONFIG if it has another layout, USAGE if it cannot be sharded.
 */
export async function createStore(url: string, { layout, shard }: CreateOptions): Promise<CreatedStore> {
  return connect(url, async ({ client, db }) => {
    const chosen = await MongoLayout.of(db, layout);
    if (shard && chosen.name !== 'single') throw onlySingle(chosen.name);
    // Sharding comes first, because some services create a unique index only in an empty collection.
    if (shard) await shardByVideo(client.db('admin'), db);
    await chosen.create();
    await client.close();
    return { database: db.databaseName, layout: chosen.name, sharded: shard };
  });
}

/** Hashed, so that videos are distributed evenly whatever their names. Queries name the video, so one shard answers. */
async function shardByVideo(admin: Db, { databaseName }: Db): Promise<void> {
  const shardCollection = `${databaseName}.${singleCollection}`;
  try {
    await admin.command({ shardCollection, key: { video: 'hashed' } });
  } catch (error) {
    if (!(error instanceof MongoServerError) || !isRefusal(error)) throw storeError(error, 'sharding');
    throw new MvsError('USAGE', `this server cannot shard a collection: ${error.message}`, {
      cause: error,
      hint: 'Set --store to the router (mongos) of a sharded cluster, or omit --shard.',
    });
  }
}

/** CommandNotFound, and the messages of servers that are not routers. */
function isRefusal({ code, message }: MongoServerError): boolean {
  return code === 59 || /no such c(md|ommand)|not supported|can only be run against|router/i.test(message);
}

function onlySingle(layout: StoreLayout): MvsError {
  return new MvsError('USAGE', `a database with the layout "${layout}" cannot be sharded`, {
    hint: `Use --store-layout ${storeLayouts[1]}, which has one collection that can be sharded.`,
  });
}
