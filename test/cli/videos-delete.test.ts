import { describe, expect, it } from 'vitest';
import { openMongo } from '../../src/core/store/mongo.js';
import { freshStoreUrl } from '../support/fresh.js';
import { jsonOf, workspace } from '../support/mvs.js';
import { proxiedStore } from '../support/proxied-store.js';

const model = { label: 'cat', classIndex: 281, confidence: 0.9, time: 0, model: 'none' };

/** Two records of "cat" and one of "black dog". */
async function withVideos(url = freshStoreUrl(), seenAt = url) {
  const space = workspace({ MVS_STORE: seenAt });
  await using store = await openMongo(url);
  for (const [video, frames] of [
    ['cat', [1, 2]],
    ['black dog', [1]],
  ] as const) {
    await store.claim({ video, fingerprint: 'ab'.repeat(32), sampling: 'every=1' });
    await store.save(frames.map((frame) => ({ video, frame, ...model, processedAt: new Date() })));
    const origin = { topic: 't', partition: 0, offset: '0' };
    await store.noteDeadLetters([{ video, frame: 9, reason: 'bad', origin, at: new Date() }]);
  }
  const names = async () => {
    await using reader = await openMongo(url);
    return (await reader.videos()).map(({ video }) => video);
  };
  return { ...space, url, names };
}

describe('videos:delete', () => {
  it('deletes the records, the dead letters noted and the claim of the name, and says how many', async () => {
    const { mvs, url, names } = await withVideos();
    const { stdout, stderr, exitCode } = await mvs('videos:delete', 'cat', '--force');
    expect(stdout).toBe('deleted cat with 2 records');
    expect(stderr).toMatch(/^warn: frames of these videos that are still in the topic will be stored again/);
    expect(exitCode).toBe(0);
    expect(await names()).toEqual(['black dog']);
    await using store = await openMongo(url);
    expect([await store.count('cat'), await store.deadFrames('cat')]).toEqual([0, []]);
    await store.claim({ video: 'cat', fingerprint: 'cd'.repeat(32), sampling: 'every=1' });
  });

  it('asks, and so refuses without a terminal', async () => {
    const { mvs, names } = await withVideos();
    const { stderr, exitCode } = await mvs('videos:delete', 'cat', 'black dog');
    expect(stderr).toMatch(/stdin is not a terminal\n.*--force/);
    expect(exitCode).toBe(2);
    expect(await names()).toEqual(['black dog', 'cat']);
  });

  it('suggests what may have been meant, and goes on with the others', async () => {
    const { mvs, names, url } = await withVideos();
    const result = await mvs('videos:delete', 'catt', 'black dog', 'cat', 'cat', '--force', '--json');
    expect(jsonOf(result)).toEqual({
      server: new URL(url).host,
      database: new URL(url).pathname.slice(1),
      deleted: [
        { video: 'black dog', records: 1 },
        { video: 'cat', records: 2 },
      ],
      failed: [
        {
          ...{ video: 'catt', code: 'NO_SUCH_VIDEO' },
          message: 'no frames of a video named "catt" are stored',
          hint: expect.stringMatching(/^Did you mean "cat"\?/) as string,
        },
      ],
    });
    expect(result.exitCode).toBe(66);
    expect(await names()).toEqual([]);
  });

  it('exits with 66 for a name that nobody knows, also where deleting another one fails', async () => {
    const { url, direct, proxy } = await proxiedStore();
    const { mvs, names } = await withVideos(direct, url);
    proxy.rule = ({ direction, kind }) => (direction === 'request' && kind === 'drop' ? 'drop' : 'pass');
    const one = await mvs('videos:delete', 'cat', '--force');
    expect(one).toMatchObject({ exitCode: 69, stdout: 'nothing was deleted' });
    const { stderr, exitCode } = await mvs('videos:delete', 'catt', 'cat', '--force');
    expect(stderr).toMatch(/^error: no frames of a video named "catt"/m);
    expect(stderr).toMatch(/^error: removing results of cat: /m);
    expect(exitCode).toBe(66);
    expect(await names()).toEqual(['black dog', 'cat']);
  });

  it('of a name that nobody knows is an error, and asks nothing', async () => {
    const { mvs, names } = await withVideos();
    const { stdout, stderr, exitCode } = await mvs('videos:delete', 'black dgo');
    expect(stderr).toMatch(
      /^error: no frames of a video named "black dgo" .*\n {2}Did you mean "black dog"\?/,
    );
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 66 });
    expect(await names()).toHaveLength(2);
  });
});
