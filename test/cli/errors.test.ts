import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { jsonOf, workspace } from '../support/mvs.js';

const clip = fileURLToPath(new URL('../../videos/cat.webm', import.meta.url));

async function tempFile(name: string, content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mvs-cli-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

describe('an error', () => {
  it('goes to stderr with what to do next, and leaves stdout empty', async () => {
    const { binary: mvs } = workspace();
    const { stdout, stderr, exitCode } = await mvs('lag');
    expect(stdout).toBe('');
    expect(stderr).toMatch(
      /^error: the topic topic-\w+ does not exist\n {2}(?:Did you mean .*\? )?Create it with "mvs topic:create topic-\w+"/,
    );
    expect(exitCode).toBe(69);
  });

  it('is an object on stdout under --json', async () => {
    const { binary: mvs } = workspace();
    const result = await mvs('query', 'nothing', '--json');
    expect(jsonOf(result)).toEqual({
      error: {
        code: 'NO_SUCH_VIDEO',
        message: 'no frames of a video named "nothing" are stored',
        hint: expect.stringContaining('mvs query') as string,
      },
    });
    expect(result.exitCode).toBe(66);
    expect(result.stderr).toBe('');
  });

  it.each([
    ['an unknown flag', ['lag', '--nonsense'], /Nonexistent flag: --nonsense/],
    ['a number that is none', ['consume', '--batch', 'many'], /--batch/],
    ['a number out of range', ['produce', clip, '--every', '0'], /--every/],
    ['an engine that there is not', ['consume', '--engine', 'abacus'], /--engine/],
    [
      'a broker address that is none',
      ['lag', '--brokers', 'http://x'],
      /"http:\/\/x" is not the address of a broker/,
    ],
    ['no video', ['produce'], /nothing to produce/],
    [
      'an argument that is missing',
      ['run'],
      /^error: Missing required argument: VIDEOS\n {2}VIDEOS: files, .*"mvs run --help" [^\n]*$/,
    ],
    ['a flag that is missing', ['export'], /^error: Missing required flag --out\n/],
  ])('of usage exits with 2: %s', async (_, args, message) => {
    const { mvs } = workspace();
    const { stdout, stderr, exitCode } = await mvs(...args);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/at .*\.js:\d+/);
    expect(stdout).toBe('');
  });

  it('of usage under --json shows no path of this machine', async () => {
    const { mvs } = workspace();
    const { stdout } = await mvs('lag', '--nonsense', '--json');
    expect(jsonOf({ stdout })).toMatchObject({ error: { code: 'USAGE' } });
    expect(stdout).not.toContain('/');
  });

  it('says that no database answers, without its password', async () => {
    const { mvs } = workspace({ MVS_STORE: 'mongodb://me:s3cret@127.0.0.1:1/db' });
    const { stderr, exitCode } = await mvs('query');
    expect(stderr).toMatch(/^error: .*MongoDB/);
    expect(stderr).not.toContain('s3cret');
    expect(exitCode).toBe(69);
  });

  it('names a model that there is not, and those that there are', async () => {
    const { mvs } = workspace();
    await mvs('topic:create');
    const { stderr, exitCode } = await mvs('consume', '--model', 'resnet9000');
    expect(stderr).toMatch(/resnet9000/);
    expect(stderr).toMatch(/efficientnet-lite0/);
    expect(exitCode).toBe(78);
  });
});

describe('produce', () => {
  it('reports each input that fails, and goes on with the others', async () => {
    const { mvs } = workspace();
    await mvs('topic:create');
    const fake = await tempFile('text.mp4', 'this is no video');
    const { stdout, stderr, exitCode } = await mvs('produce', 'missing.mp4', fake, clip, '--every', '30');
    expect(stderr).toMatch(/missing\.mp4/);
    expect(stderr).toMatch(/text\.mp4/);
    expect(stdout).toMatch(/^cat .* ok$/m);
    expect(exitCode).toBe(66);
  });

  it('refuses two inputs of one name, with both paths and the flag that renames', async () => {
    const { mvs } = workspace();
    await mvs('topic:create');
    const other = await tempFile('cat.mp4', 'x');
    const { stderr, exitCode } = await mvs('produce', clip, other);
    expect(stderr).toContain(clip);
    expect(stderr).toContain(other);
    expect(stderr).toContain('--name');
    expect(exitCode).toBe(2);
  });
});

describe('topic:create', () => {
  it('refuses an existing topic unless told otherwise', async () => {
    const { topic, mvs } = workspace();
    await mvs('topic:create', '--partitions', '2');
    const again = await mvs('topic:create');
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toContain('--if-not-exists');
    const tolerated = await mvs('topic:create', '--if-not-exists', '--json');
    expect(jsonOf(tolerated)).toMatchObject({ topic, partitions: 2, created: false });
  });
});

describe('consume', () => {
  it('warns about more threads than partitions', async () => {
    const { mvs } = workspace();
    await mvs('topic:create', '--partitions', '1');
    const { stderr } = await mvs('consume', '--threads', '2', '--until-drained');
    expect(stderr).toMatch(/2 threads for 1 partition of .*: 1 of them has nothing to do/);
  });

  it('takes no more threads than partitions where nobody says how many', async () => {
    const { mvs } = workspace();
    await mvs('topic:create', '--partitions', '1');
    const { exitCode, stderr } = await mvs('consume', '--until-drained', '--verbose');
    expect(exitCode).toBe(0);
    expect(stderr).not.toMatch(/warn:/);
  });
});
