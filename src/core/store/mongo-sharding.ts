import { MongoServerError, type Db } from 'mongodb';
import { MvsError } from '../base/errors.js';
import { storeError } from './mongo-errors.js';

/** Hashed, so that videos are distributed evenly whatever their names. Queries name the video, so one shard answers. */
export async function shardByVideo(db: Db, collection: string): Promise<void> {
  const shardCollection = `${db.databaseName}.${collection}`;
  try {
    await db.admin().command({ shardCollection, key: { video: 'hashed' } });
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
