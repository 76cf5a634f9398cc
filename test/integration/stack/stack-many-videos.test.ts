import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { MongoClient } from 'mongodb';
import { expect, test } from 'vitest';
import { classPath, findJava } from '../../../src/core/stack/java.js';
import { jarsOf } from '../../../src/core/stack/maven.js';
import { openSite } from '../../../src/core/stack/site.js';
import { up, type RunningStack, type StackSite } from '../../../src/core/stack/index.js';
import { freshHome, pidOf, sharedStack } from '../../support/stack.js';

const videos = 5_000;
const filler = fileURLToPath(new URL('../../support/OldRecords.java', import.meta.url));

const database = (site: StackSite) =>
  up({ ...site, kafkaPort: 0, mongoPort: 0, mongo: 'emulator', brokers: sharedStack().brokers });

test('a database with 5,000 videos, written by an older version, is ready soon, also after kill -9', async () => {
  const site = freshHome();
  await fill(join(openSite(site).layout.folder('mongodb'), 'emulator', 'records.mv'), site);
  const older = await readyInTime(site);
  await expectRecords(older);
  process.kill(pidOf(older.servers, 'mongodb'), 'SIGKILL');
  await expectRecords(await readyInTime(site));
});

async function readyInTime(site: StackSite): Promise<RunningStack> {
  const start = performance.now();
  const stack = await database(site);
  // It took over two minutes when each index was compared with all others.
  expect(performance.now() - start).toBeLessThan(60_000);
  return stack;
}

async function expectRecords({ store }: RunningStack): Promise<void> {
  await using client = await MongoClient.connect(store);
  const db = client.db();
  expect(await db.listCollections().toArray()).toHaveLength(videos);
  const last = db.collection<{ _id: number; frame: number }>(`clip-${videos - 1}`);
  expect((await last.distinct('frame')).sort()).toEqual([1, 2, 3]);
  await expect(last.insertOne({ _id: 9, frame: 2 })).rejects.toMatchObject({ code: 11000 });
}

async function fill(file: string, site: StackSite): Promise<void> {
  const [java, jars] = [await findJava(), await jarsOf(openSite(site), 'mongo-emulator')];
  if ('unfit' in java || typeof jars !== 'string') throw new Error('the emulator cannot run here');
  mkdirSync(dirname(file), { recursive: true });
  await execa(java.java, ['-XX:TieredStopAtLevel=1', '-cp', classPath(jars), filler, file, String(videos)]);
}

test('an index that is created again after its collection was dropped or renamed is known again', async () => {
  const { store } = await database(freshHome());
  await using client = await MongoClient.connect(store);
  const frames = client.db().collection('frames');
  for (let round = 0; round < 2; round += 1) {
    await frames.createIndexes([{ key: { frame: 1 }, unique: true }]);
    await frames.createIndexes([{ key: { frame: 1 }, unique: true }]);
    expect((await frames.indexes()).map(({ name }) => name).sort()).toEqual(['_id_', 'frame_1']);
    const renamed = await frames.rename('renamed');
    await frames.createIndexes([{ key: { frame: 1 }, unique: true }]);
    for (const each of [frames, renamed]) {
      expect((await each.indexes()).map(({ name }) => name).sort()).toEqual(['_id_', 'frame_1']);
      await each.drop();
    }
    expect(await client.db().listCollections().toArray()).toEqual([]);
  }
});
