import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MongoClient } from 'mongodb';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { freshName } from '../support/fresh.js';
import { jsonOf, workspace, type Workspace } from '../support/mvs.js';
import { hasPubSub, openTopicOf, useFake } from '../support/pubsub.js';
import { replayLeads } from './dead-letters.js';

const videos = fileURLToPath(new URL('../../videos', import.meta.url));
const clips = readdirSync(videos).filter((name) => /\.(webm|mp4|mkv)$/.test(name));
const clip = join(videos, clips[0] ?? '');

describe.skipIf(!hasPubSub)('mvs on Pub/Sub', () => {
  let host: string | undefined;
  useFake();
  beforeAll(() => {
    host = process.env.PUBSUB_EMULATOR_HOST;
  });

  const onPubSub = (): Workspace => {
    const topic = freshName('topic');
    const changes = {
      PUBSUB_EMULATOR_HOST: host,
      MVS_STREAM: `pubsub://project/${topic}`,
      // There is no broker, and none is needed.
      MVS_BROKERS: '127.0.0.1:1',
    };
    return { ...workspace(changes), topic };
  };

  // Both wait for the same quiet time.
  it('carries frames, in one go or from topic:create to the last record, without any Kafka', async () => {
    await Promise.all([inOneGo(), stepByStep()]);
  });

  const inOneGo = async (): Promise<void> => {
    const { mvs, env } = onPubSub();
    const ran = await mvs('run', clip, '--every', '10', '--json');
    expect(ran).toMatchObject({ exitCode: 0 });
    const { produced, consumed } = jsonOf(ran) as { produced: unknown; consumed: { stored: number } };
    expect(consumed.stored).toBe(publishedIn(produced));
    expect(await storedTwice(env.MVS_STORE)).toEqual({ stored: publishedIn(produced), twice: 0 });
  };

  const stepByStep = async (): Promise<void> => {
    const { mvs, env, group } = onPubSub();
    expect((await mvs('topic:create')).stdout).toMatch(/^created topic \S+$/);
    const refused = await mvs('topic:create');
    expect(refused).toMatchObject({ exitCode: 2 });
    expect(refused.stderr).not.toContain('Nothing was changed');
    expect(refused.stderr).toContain(`The group ${group} has a subscription to it`);
    expect(await mvs('topic:create', '--if-not-exists')).toMatchObject({ exitCode: 0 });
    const produced = await mvs('produce', clip, '--every', '10', '--partition-by', 'video', '--json');
    expect(produced).toMatchObject({ exitCode: 0 });
    const framesPublished = publishedIn(jsonOf(produced));
    expect(framesPublished).toBeGreaterThan(1);

    const lag = await mvs('lag');
    expect(lag.stdout).toContain('does not count its messages');
    expect(jsonOf(await mvs('lag', '--json'))).toMatchObject({ total: null });

    const consumed = await mvs('consume', '--until-drained', '--linger', '50', '--json');
    expect(consumed).toMatchObject({ exitCode: 0 });
    expect(jsonOf(consumed)).toMatchObject({ stored: framesPublished, duplicates: 0, deadLettered: 0 });
    expect(await storedTwice(env.MVS_STORE)).toEqual({ stored: framesPublished, twice: 0 });
  };

  it('stores each frame once though a consumer is killed in mid-work', async () => {
    const { mvs, binary, env } = onPubSub();
    await mvs('topic:create');
    const produced = await mvs('produce', clip, '--every', '2', '--width', '128', '--json');
    const framesPublished = publishedIn(jsonOf(produced));
    const victim = binary('consume', '--batch', '8');
    await vi.waitFor(
      async () => {
        const { stored } = await storedTwice(env.MVS_STORE);
        expect(stored).toBeGreaterThan(0);
      },
      { timeout: 60_000, interval: 20 },
    );
    victim.kill('SIGKILL');
    await victim;
    const { stored } = await storedTwice(env.MVS_STORE);
    expect(stored).toBeLessThan(framesPublished);

    // What the victim held comes when its deadline is over: whoever ends before then loses it.
    expect(await mvs('consume', '--until-drained')).toMatchObject({ exitCode: 0 });
    expect(await storedTwice(env.MVS_STORE)).toEqual({ stored: framesPublished, twice: 0 });
    const verified = await mvs('verify');
    expect(verified).toMatchObject({ exitCode: 0 });
  });

  it('lists dead letters and sends them again: what is mended is stored, the rest comes back', async () => {
    const { topic, mvs, env } = onPubSub();
    await mvs('topic:create');
    expect((await mvs('dlq:list')).stdout).toBe(`no dead letters in ${topic}.dlq`);
    await replayLeads({ mvs, env, stream: await openTopicOf(topic) });
    const again = await mvs('dlq:replay', '--again');
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toContain('does not keep replayed letters');
    expect(jsonOf(await mvs('dlq:list', '--json'))).toMatchObject({ deadLetters: { length: 1 } });
    // Three commands end after a quiet time each.
  }, 240_000);

  it('refuses what is for Kafka only', async () => {
    const { mvs } = onPubSub();
    await mvs('topic:create');
    const refused = await mvs('topic:describe');
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('Pub/Sub project');
  });
});

describe('mvs on Pub/Sub without credentials', () => {
  it.each([
    ['of any kind', {}],
    ['in the file that is named', { GOOGLE_APPLICATION_CREDENTIALS: '/nowhere/key.json' }],
  ])('%s says so, and what to do', async (_, given) => {
    const { mvs } = workspace({
      MVS_STREAM: 'pubsub://project/topic',
      PUBSUB_EMULATOR_HOST: undefined,
      GOOGLE_APPLICATION_CREDENTIALS: undefined,
      CLOUDSDK_CONFIG: '/nowhere',
      HOME: '/nowhere',
      // No machine of Google's is looked for in the network.
      METADATA_SERVER_DETECTION: 'none',
      ...given,
    });
    for (const command of [['topic:create'], ['produce', clip], ['consume']]) {
      const ended = await mvs(...command);
      expect(ended).toMatchObject({ exitCode: 78 });
      expect(ended.stderr).toMatch(/no usable Google credentials.*\n.*gcloud auth application-default login/);
      expect(ended.stderr).not.toContain('bug of mvs');
    }
  });
});

function publishedIn(report: unknown): number {
  const { videos } = report as { videos: { framesPublished: number }[] };
  return videos.reduce((sum, { framesPublished }) => sum + framesPublished, 0);
}

/** Frame records in the database, and how many frames have more than one. */
async function storedTwice(url: string | undefined): Promise<{ stored: number; twice: number }> {
  const client = new MongoClient(url ?? '');
  try {
    const collections = await client.db().listCollections().toArray();
    const frames = collections.filter(({ name }) => clips.some((file) => file.startsWith(name)));
    const counts = { stored: 0, twice: 0 };
    for (const { name } of frames) {
      const numbers = await client.db().collection(name).find().project({ frame: 1 }).toArray();
      counts.stored += numbers.length;
      counts.twice += numbers.length - new Set(numbers.map(({ frame }) => String(frame))).size;
    }
    return counts;
  } finally {
    await client.close();
  }
}
