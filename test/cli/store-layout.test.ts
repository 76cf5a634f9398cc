import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { storeLayouts } from '../../src/core/store/defaults.js';
import { jsonOf, workspace } from '../support/mvs.js';

const clip = fileURLToPath(new URL('../../videos/cat.webm', import.meta.url));
const questions = [
  ['query', 'cat', '--frames'],
  ['query', '--label', 'cat'],
  ['query'],
  ['verify', 'cat'],
  ['query', 'cat', '--frames', '--sort=-confidence', '--limit', '3'],
];

describe('the layout of the database', () => {
  it('makes no difference to an answer', async () => {
    const [perVideo, single] = await Promise.all(
      storeLayouts.map(async (layout) => {
        const { mvs } = workspace({ MVS_STORE_LAYOUT: layout });
        expect(jsonOf(await mvs('store:create', '--json'))).toMatchObject({ layout, sharded: false });
        // No collection can have the second name.
        for (const source of ['cat', 'a$b..c']) {
          const ran = await mvs('run', clip, '--name', source, '--every', '20', '--json');
          expect(ran, ran.stderr).toMatchObject({ exitCode: 0 });
        }
        const answers: unknown[] = [];
        for (const question of questions) answers.push(jsonOf(await mvs(...question, '--json')));
        return JSON.parse(
          JSON.stringify(answers, (key, value: unknown) => (key === 'updated' ? '' : value)),
        ) as unknown;
      }),
    );
    expect(single).toEqual(perVideo);
  });

  it('is chosen once: another one is an error that says what to do', async () => {
    const { mvs } = workspace();
    await mvs('store:create', '--store-layout', 'single');
    const { exitCode, stderr } = await mvs('store:create', '--store-layout', 'collection-per-video');
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 78,
      stderr: expect.stringMatching(/has the layout "single"[\s\S]*another database/) as string,
    });
  });

  it('cannot be sharded on a server that is no router, and a collection per video nowhere', async () => {
    const { mvs } = workspace();
    const refused = await mvs('store:create', '--store-layout', 'single', '--shard');
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('mongos') as string });
    const wrong = await mvs('store:create', '--shard');
    expect(wrong).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--store-layout single') as string,
    });
  });
});
