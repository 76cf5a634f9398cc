import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openMongo } from '../../src/core/store/mongo.js';
import { record } from '../contract/store/store.js';
import { binaryIn, workspace } from '../support/mvs.js';

it('completes the names of videos, topics and profiles where their server answers', async () => {
  const { mvs, topic, env } = workspace();
  const folder = await mkdtemp(join(tmpdir(), 'mvs-names-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'mvs.config.yaml'), 'profiles: { night: { every: 9 }, day: { every: 1 } }');
  await mvs('topic:create');
  {
    await using store = await openMongo(String(env.MVS_STORE));
    for (const video of ['ant', 'bee']) {
      await store.claim({ video, fingerprint: 'ab'.repeat(32), sampling: 'every=1' });
      await store.save([record(video, 1)]);
    }
    await using results = store.of({ name: 'net', digest: 'ab'.repeat(32), facts: {} });
    await results.claim({ video: 'ant', fingerprint: 'ab'.repeat(32), sampling: 'every=1' });
  }
  const complete = async (...words: string[]) => {
    const { stdout, stderr } = await binaryIn(env, { cwd: folder })('__complete', ...words);
    return [...stdout.split('\n'), ...stderr.split('\n')].filter(Boolean);
  };
  // A slow answer is left out, so on a busy machine it may take several attempts.
  const completes = (words: readonly string[], expected: readonly string[]) =>
    vi.waitFor(
      async () => {
        expect(await complete(...words)).toEqual(expected);
      },
      { timeout: 50_000 },
    );
  await completes(['query', 'a'], ['ant']);
  await completes(['videos:delete', '--force', 'ant', ''], ['ant', 'bee']);
  await completes(['lag', `--topic=${topic}`], [`--topic=${topic}`]);
  await completes(['produce', '--profile', ''], ['night', 'day']);
  await completes(['diff', 'net@abababababab', 'n'], ['net@abababababab']);
  // The address on the line counts, and a server that is not there is no error.
  expect(await complete('query', '--store', 'mongodb://127.0.0.1:1/x', '')).toEqual([]);
});
