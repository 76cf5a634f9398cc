import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openMongo } from '../../src/core/store/mongo.js';
import { record, runOf } from '../contract/store/store.js';
import { version } from '../support/versions.js';
import { freshStoreUrl } from '../support/fresh.js';
import { jsonOf, workspace } from '../support/mvs.js';
import { first, longUnused, published, second, storeVersion } from '../support/stored-versions.js';

const clip = fileURLToPath(new URL('../../videos/cat.webm', import.meta.url));
const [firstId, secondId] = ['first@aaaaaaaaaaaa', 'second@bbbbbbbbbbbb'];
const none = 'mongodb://127.0.0.1:1/x';

/** Two videos that the first version has stored, and the second one of which it has less. */
async function withVersions() {
  const url = freshStoreUrl();
  await storeVersion(url, first, { cat: published, dog: published });
  await storeVersion(url, second, { cat: [3, 6], dog: published });
  const place = { server: new URL(url).host, database: new URL(url).pathname.slice(1) };
  return { ...workspace({ MVS_STORE: url }), url, place };
}

describe('models:list', () => {
  it('shows the versions in the database, and the networks without one', async () => {
    const { mvs } = await withVersions();
    const listed = await mvs('models:list');
    expect(listed.stdout).toMatch(/^efficientnet-lite0 /m);
    expect(listed.stdout).toMatch(/^VERSION +ACTIVE +VIDEOS +FRAMES +COMPLETE +FIRST USE +LAST USE$/m);
    expect(listed.stdout).toMatch(new RegExp(`^${firstId} +yes +2 +8 +2 of 2 +just now +just now$`, 'm'));
    expect(listed.stdout).toMatch(new RegExp(`^${secondId} +2 +6 +1 of 2 `, 'm'));
    const without = await mvs('models:list', '--store', none, '--json');
    expect(without).toMatchObject({ exitCode: 0, stderr: '' });
    expect(jsonOf(without)).toMatchObject({
      models: expect.arrayContaining([expect.objectContaining({ name: 'efficientnet-lite0' })]) as unknown,
      stored: { problem: expect.any(String) as string, videos: null, versions: null },
    });
  });
});

describe('models:activate', () => {
  it('refuses a version that lacks frames of the active one, and says which', async () => {
    const { mvs } = await withVersions();
    const { stderr, exitCode } = await mvs('models:activate', 'second');
    expect(exitCode).toBe(65);
    expect(stderr).toMatch(
      new RegExp(`^error: ${secondId} lacks 2 frames of 1 video that ${firstId} has: "cat" \\(2\\)\n`),
    );
    expect(stderr).toMatch(/mvs relabel --model second".*mvs consume --model second".*--force/);
    expect(jsonOf(await mvs('query', 'cat', '--json'))).toMatchObject({ modelVersion: firstId });
  });

  it('changes what is shown by default, at once and back', async () => {
    const { mvs, place } = await withVersions();
    const forced = await mvs('models:activate', 'second@bbbb', '--force', '--json');
    const lacking = [{ video: 'cat', frames: 2 }];
    expect(jsonOf(forced)).toEqual({ ...place, active: secondId, before: firstId, lacking });
    expect(forced.stderr).toMatch(/^warn: second@bbbbbbbbbbbb lacks 2 frames/);
    expect(jsonOf(await mvs('query', 'cat', '--json'))).toMatchObject({ modelVersion: secondId, stored: 2 });
    const again = await mvs('models:activate', 'second');
    expect(again).toMatchObject({ exitCode: 0, stdout: `${secondId} is already the active version` });
    expect(await mvs('models:activate', 'first')).toMatchObject({ stdout: `${firstId} is active now` });
    const { stderr, exitCode } = await mvs('models:activate', 'secnd');
    expect({ stderr, exitCode }).toEqual({
      stderr: expect.stringMatching(/has no results of the model "secnd"\n.*Did you mean "second"/) as string,
      exitCode: 66,
    });
  });
});

describe('results:delete', () => {
  it('never deletes the active version, and asks before it deletes another one', async () => {
    const { mvs, url } = await withVersions();
    const active = await mvs('results:delete', '--model', 'first', '--force');
    expect(active).toMatchObject({ exitCode: 2, stdout: '' });
    expect(active.stderr).toMatch(/first@aaaaaaaaaaaa is the active version\n.*mvs models:activate/);
    const unasked = await mvs('results:delete', '--model', 'second');
    expect(unasked).toMatchObject({ exitCode: 2, stdout: '' });
    expect(unasked.stderr).toMatch(/stdin is not a terminal\n.*--force/);
    await using store = await openMongo(url);
    expect(await Promise.all([first, second].map((each) => store.of(each).count('cat')))).toEqual([4, 2]);
  });

  it('deletes the results of some videos, then of all; the active version answers as before', async () => {
    const { mvs, url, place } = await withVersions();
    await mvs('models:activate', 'second', '--force');
    const some = await mvs('results:delete', '--model', 'first', 'dog', 'dgo', '--force', '--json');
    expect(some.exitCode).toBe(66);
    expect(jsonOf(some)).toMatchObject({
      ...{ ...place, version: firstId, forgotten: false },
      deleted: [{ video: 'dog', records: 4 }],
      failed: [{ video: 'dgo', code: 'NO_SUCH_VIDEO' }],
    });
    await longUnused(url);
    const { stdout, stderr, exitCode } = await mvs('results:delete', '--model', firstId, '--force');
    expect(stdout).toBe(`deleted 4 records of cat\nthe database has no results of ${firstId} any more`);
    expect(stderr).toMatch(/^warn: programs that read the collections of the videos without mvs find no rec/);
    expect(exitCode).toBe(0);
    expect(jsonOf(await mvs('query', 'dog', '--json'))).toMatchObject({ modelVersion: secondId, stored: 4 });
    expect(await mvs('results:delete', '--model', firstId, '--force')).toMatchObject({ exitCode: 66 });
  });
});

describe('models:show', () => {
  it('shows the version of a network, and what differs from another one, without a database', async () => {
    const { mvs } = workspace({ MVS_STORE: none });
    const { stdout } = await mvs('models:show', 'efficientnet-lite0');
    expect(stdout).toMatch(/^version +efficientnet-lite0@[\da-f]{12}$/m);
    expect(stdout).toMatch(/^onnx +[\da-f]{64}$/m);
    const names = ['efficientnet-lite0', '--with', 'efficientnet-lite0-int8'];
    const compared = jsonOf(await mvs('models:show', ...names, '--json')) as {
      differences: { fact: string }[];
    };
    expect(compared).toMatchObject({ kind: 'bundled', stored: null });
    const facts = compared.differences.map(({ fact }) => fact);
    expect(facts).toEqual(expect.arrayContaining(['name', 'onnx']));
    expect(facts).not.toContain('labels');
    const missing = await mvs('models:show', 'efficientnet-lite0', '--with', 'resnet50');
    expect(missing).toMatchObject({ exitCode: 78 });
    expect(missing.stderr).toMatch(/resnet50 has not been downloaded/);
  });

  it('shows versions that only the database has, and compares them with the network here', async () => {
    const { mvs, url } = await withVersions();
    await storeVersion(url, version('efficientnet-lite0', 'e'), { cat: [3] });
    const stored = await mvs('models:show', secondId, '--with', 'first');
    expect(stored.stdout).toMatch(/^active +no$/m);
    expect(stored.stdout).toMatch(/^2 differences from first@aaaaaaaaaaaa$/m);
    expect(stored.stdout).toMatch(/^onnx +b +a$/m);
    const old = jsonOf(await mvs('models:show', 'efficientnet-lite0@eeee', '--json'));
    expect(old).toMatchObject({
      ...{
        name: 'efficientnet-lite0',
        version: 'efficientnet-lite0@eeeeeeeeeeee',
        stored: { active: false },
      },
      comparedWith: expect.stringMatching(/^efficientnet-lite0@(?!eeee)/) as string,
      differences: expect.arrayContaining([
        { fact: 'onnx', one: 'e', other: expect.any(String) as string },
      ]) as unknown,
    });
  });

  it('explains the results of an earlier mvs', async () => {
    const url = freshStoreUrl();
    await using store = await openMongo(url);
    await store.claim(runOf('cat'));
    await store.save([record('cat', 3, { model: 'pets' })]);
    const { mvs } = workspace({ MVS_STORE: url });
    const { stdout } = await mvs('models:show', 'pets@unknown');
    expect(stdout).toMatch(/^version +pets@unknown$/m);
    expect(stdout).toMatch(/^An earlier mvs stored results under this name\./m);
  });
});

describe('mvs status', () => {
  it('names the active version, and how many there are', async () => {
    const { mvs } = await withVersions();
    const { checks, modelVersions } = jsonOf(await mvs('status', '--json')) as {
      checks: { name: string; detail: string }[];
      modelVersions: unknown;
    };
    expect(modelVersions).toEqual({ active: firstId, stored: 2 });
    const { detail } = checks.find(({ name }) => name === 'results') ?? {};
    expect(detail).toBe(`${firstId}, the active one of 2 model versions`);
  });
});

it('mvs consume says whose results are shown, if not its own', async () => {
  const { mvs } = await withVersions();
  await mvs('topic:create');
  const { stderr } = await mvs('consume', '--until-drained');
  expect(stderr).toMatch(
    new RegExp(
      `^info: "mvs query" shows the results of ${firstId}, the active version; those of tiny@\\w+ are`,
      'm',
    ),
  );
});

it('mvs run proposes a command that shows its own results, also if another version is active', async () => {
  const { mvs } = await withVersions();
  const { stdout } = await mvs('run', clip, '--every', '50', '--name', 'new clip');
  const [, model = ''] = /See more with: .* query 'new clip' --frames --model (tiny@\w+)$/.exec(stdout) ?? [];
  const shown = await mvs('query', 'new clip', '--frames', '--model', model);
  expect(shown).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(model) as string });
  expect((await mvs('query', 'new clip', '--frames')).stdout).not.toContain(model);
});

describe('mvs consume --log-format json', () => {
  it('names the version in its log', async () => {
    const { mvs, topic } = workspace();
    await mvs('topic:create');
    const { stderr } = await mvs('consume', '--until-drained', '--log-format', 'json');
    const lines = stderr.split('\n').map((line) => JSON.parse(line) as { models?: unknown; topic?: string });
    expect(stderr).not.toContain('active version');
    expect(lines.find(({ models }) => models)).toMatchObject({
      topic,
      models: [
        { modelVersion: expect.stringMatching(/^tiny@[\da-f]{12}$/) as string, engine: 'onnxruntime' },
      ],
    });
  });
});
