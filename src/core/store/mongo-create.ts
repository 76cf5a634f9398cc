import { MongoServerError, type Db } from 'mongodb';
import { MvsError } from '../base/errors.js';
import { storeLayouts, type StoreLayout } from './defaults.js';
import { connect } from './mongo-client.js';
import { storeError } from './mongo-errors.js';
import { MongoLayout, singleCollection } from './mongo-layout.js';

export interface CreateOptions {
  readonly layout?: StoreLayout | undefined;
  /** Spreads the records over the shards of a cluster, those of a video on one of them. */
  readonly shard: boolean;
}

export interface CreatedStore {
  readonly database: string;
  readonly layout: StoreLayout;
  readonly sharded: boolean;
}

/**
 * Lays a database out before its first record: may be repeated.
 * @throws MvsError CONFIG where it has another layout, USAGE where it cannot be sharded.
 */
export async function createStore(url: string, { layout, shard }: CreateOptions): Promise<CreatedStore> {
  return connect(url, async ({ client, db }) => {
    const chosen = await MongoLayout.of(db, layout);
    if (shard && chosen.name !== 'single') throw onlySingle(chosen.name);
    // Sharding comes first: the services that need it so make no unique index where there are records.
    if (shard) await shardByVideo(client.db('admin'), db);
    await chosen.create();
    await client.close();
    return { database: db.databaseName, layout: chosen.name, sharded: shard };
  });
}

/** Hashed, so that thousands of videos spread evenly whatever their names; each is asked for by name, so one shard answers. */
async function shardByVideo(admin: Db, { databaseName }: Db): Promise<void> {
  const shardCollection = `${databaseName}.${singleCollection}`;
  try {
    await admin.command({ shardCollection, key: { video: 'hashed' } });
  } catch (error) {
    if (!(error instanceof MongoServerError) || !isRefusal(error)) throw storeError(error, 'sharding');
    throw new MvsError('USAGE', `this server cannot shard a collection: ${error.message}`, {
      cause: error,
      hint: 'Give the address of a router (mongos) of a sharded cluster, or leave --shard out.',
    });
  }
}

/** CommandNotFound, and what servers say that are no routers. */
function isRefusal({ code, message }: MongoServerError): boolean {
  return code === 59 || /no such c(md|ommand)|not supported|can only be run against|router/i.test(message);
}

function onlySingle(layout: StoreLayout): MvsError {
  return new MvsError('USAGE', `a database laid out as "${layout}" is not sharded`, {
    hint: `Give --store-layout ${storeLayouts[1]}: its one collection can be.`,
  });
}
