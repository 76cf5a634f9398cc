import { MvsError } from '../base/errors.js';
import { storeLayouts, type StoreLayout } from './defaults.js';
import { connect } from './mongo-client.js';
import { MongoLayout } from './mongo-layout.js';

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
    await chosen.create({ shard });
    await client.close();
    return { database: db.databaseName, layout: chosen.name, sharded: shard };
  });
}

function onlySingle(layout: StoreLayout): MvsError {
  return new MvsError('USAGE', `a database with the layout "${layout}" cannot be sharded`, {
    hint: `Use --store-layout ${storeLayouts[1]}, which has one collection that can be sharded.`,
  });
}
