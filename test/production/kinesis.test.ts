import { fileURLToPath } from 'node:url';
import { MongoClient } from 'mongodb';
import { describe, expect, it, vi } from 'vitest';
import { freshName } from '../support/fresh.js';
import { kinesisEnv, openKinesisAt, region, useKinesis } from '../support/kinesis.js';
import { jsonOf, workspace, type Workspace } from '../support/mvs.js';
import { replayLeads } from './dead-letters.js';

const [cat, rocket] = ['cat', 'rocket'].map((name) =>
  fileURLToPath(new URL(`../../videos/${name}.webm`, import.meta.url)),
) as [string, string];

describe('mvs on Kinesis', () => {
  const kinesis = useKinesis();

  function onKinesis(): Workspace & { readonly stream: string } {
    const stream = freshName('stream');
    const url = `kinesis://${region}/${stream}`;
    return { ...workspace({ ...kinesisEnv(kinesis.endpoint()), MVS_STREAM: url }), stream };
  }

  it('leads from a clip to answers: topic:create, produce, lag, consume', async () => {
    const { stream, group, mvs } = onKinesis();
    const created = await mvs('topic:create', '--partitions', '2', '--json');
    expect(jsonOf(created)).toMatchObject({ topic: stream, partitions: 2, created: true });
    const again = await mvs('topic:create', '--partitions', '2', '--if-not-exists', '--json');
    expect(jsonOf(again)).toMatchObject({ topic: stream, partitions: 2, created: false });

    const produced = await mvs('produce', cat, '--every', '10', '--json');
    expect(produced.stderr).toBe('');
    const { videos } = jsonOf(produced) as { videos: { framesPublished: number }[] };
    const frames = videos[0]?.framesPublished;

    const behind = await lagOf(mvs);
    expect(behind).toMatchObject({ group, total: null, partitions: [{ partition: 0 }, { partition: 1 }] });
    expect(behind.lagSeconds).toBeGreaterThan(0);

    const consumed = await mvs('consume', '--threads', '2', '--until-drained', '--json');
    expect(jsonOf(consumed)).toMatchObject({ topic: stream, frames, stored: frames, duplicates: 0 });
    expect(jsonOf(await mvs('query', 'cat', '--json'))).toMatchObject({ stored: frames, complete: true });
    expect(await lagOf(mvs)).toMatchObject({ total: null, lagSeconds: 0 });
    // It gives each of its questions seconds only, which a busy machine may need for the client.
    await vi.waitFor(
      async () => {
        expect(await mvs('status')).toMatchObject({ exitCode: 0 });
      },
      {
        timeout: 60_000,
      },
    );
  });

  it('does it all in one: run, without a Kafka', async () => {
    const { stream, mvs } = onKinesis();
    const ran = await mvs('run', cat, rocket, '--every', '20', '--threads', '2', '--json');
    expect(ran.exitCode).toBe(0);
    expect(jsonOf(ran)).toMatchObject({
      produced: { topic: stream, failed: [] },
      consumed: { deadLettered: 0, duplicates: 0 },
      videos: [
        { video: 'cat', complete: true },
        { video: 'rocket', complete: true },
      ],
    });
  });

  it('lists dead letters and sends them again: what is mended is stored, the rest comes back', async () => {
    const { stream, env, mvs } = onKinesis();
    await mvs('topic:create', '--partitions', '2');
    expect(jsonOf(await mvs('dlq:list', '--json'))).toMatchObject({ deadLetters: [], more: false });
    const open = await openKinesisAt(stream, String(env.MVS_STORE));
    await replayLeads({ mvs, env, stream: open });
    const { deadLetters } = jsonOf(await mvs('dlq:list', '--json')) as { deadLetters: object[] };
    expect(deadLetters).toHaveLength(6);
    expect(jsonOf(await mvs('dlq:replay', '--again', '--json'))).toMatchObject({ replayed: 6 });
    expect(jsonOf(await mvs('dlq:list', '--open', '--json'))).toMatchObject({ deadLetters: { length: 1 } });
  });

  it('says what is for Kafka only', async () => {
    const { mvs } = onKinesis();
    await mvs('topic:create');
    const refused = await mvs('topic:describe');
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('docs/streams.md');
  });

  it('stores each frame once though consumers are killed with -9 in mid-work', async () => {
    const { mvs, binary, env } = onKinesis();
    await mvs('topic:create', '--partitions', '3');
    const produced = await mvs('produce', cat, '--every', '1', '--json');
    const { videos } = jsonOf(produced) as { videos: { framesPublished: number }[] };
    const frames = videos[0]?.framesPublished ?? 0;
    await using client = new MongoClient(String(env.MVS_STORE));
    const stored = (): Promise<number> => client.db().collection('cat').countDocuments();

    const quickly = ['--session-timeout', '2000', '--batch', '8', '--threads', '2'];
    for (let life = 1; life <= 3; life++) {
      const before = await stored();
      const victim = binary('consume', ...quickly);
      await vi.waitUntil(async () => (await stored()) > before, { timeout: 60_000, interval: 20 });
      victim.kill('SIGKILL');
      expect((await victim).signal).toBe('SIGKILL');
    }
    expect(await stored()).toBeLessThan(frames);

    const last = jsonOf(await mvs('consume', ...quickly, '--until-drained', '--json'));
    expect(last).toMatchObject({ deadLettered: 0 });
    const answer = jsonOf(await mvs('query', 'cat', '--frames', '--json')) as { frames: { frame: number }[] };
    expect(answer).toMatchObject({ complete: true, stored: frames });
    expect(answer.frames.map(({ frame }) => frame)).toEqual(Array.from({ length: frames }, (_, n) => n + 1));
  });
});

/** Nobody may be able to tell an age within half a second, on a busy machine. */
async function lagOf(mvs: Workspace['mvs']): Promise<{ readonly lagSeconds: number | null }> {
  return vi.waitFor(
    async () => {
      const lag = jsonOf(await mvs('lag', '--json')) as { lagSeconds: number | null };
      expect(lag.lagSeconds).not.toBeNull();
      return lag;
    },
    { timeout: 60_000 },
  );
}
