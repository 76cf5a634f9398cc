import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { jsonOf, workspace } from '../support/mvs.js';

const clip = fileURLToPath(new URL('../../videos/cat.webm', import.meta.url));

describe('a sampling', () => {
  it.each([
    ['two ways at once', ['--fps', '1', '--every', '3'], /--every and --fps cannot be used together/],
    ['no frames at all', ['--fps', '0'], /fps must be a number from 0\.0001 to 1000.*, not 0/],
    ['what is no number', ['--fps', '1/0'], /fps must be .*, not 1\/0/],
    ['more than all of a scene', ['--scene', '1.5'], /scene must be a number from 0 to 1.*, not 1\.5/],
  ])('of %s is a usage error', async (_, flags, message) => {
    const { mvs } = workspace();
    const { exitCode, stdout } = await mvs('produce', clip, ...flags, '--json');
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'USAGE', message: expect.stringMatching(message) as string },
    });
  });

  it('that is typed counts more than one of the environment', async () => {
    const { mvs } = workspace({ MVS_EVERY: '2' });
    await mvs('topic:create', '--partitions', '1');
    const produced = jsonOf(await mvs('produce', clip, '--fps', '3/2', '--json'));
    expect(produced).toMatchObject({ videos: [{ framesDecoded: 100, framesPublished: 5 }], failed: [] });
  });

  it('of the environment is one too many beside another one there', async () => {
    const { mvs } = workspace({ MVS_EVERY: '2', MVS_KEYFRAMES: 'true' });
    const { exitCode, stderr } = await mvs('produce', clip);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/--every and --keyframes cannot be used together\n {2}Give one of/);
  });
});

it('run: scenes from a clip to answers', async () => {
  const { mvs } = workspace();
  const result = jsonOf(await mvs('run', clip, '--scene', '0.9', '--threads', '1', '--json'));
  expect(result).toMatchObject({ videos: [{ video: 'cat', expected: 1, stored: 1, complete: true }] });
  expect(jsonOf(await mvs('verify', '--json'))).toMatchObject({ accepted: true, videos: [{ expected: 1 }] });
});
