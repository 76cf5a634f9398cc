import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { jsonOf, mvsIn, type Mvs } from '../support/mvs.js';

interface Settings {
  readonly files: readonly string[];
  readonly profile: string | null;
  readonly settings: readonly {
    readonly name: string;
    readonly value: string | null;
    readonly from: string;
  }[];
}

/** A folder with these files, a user's folder of its own, and mvs in `work` below it. */
async function site(files: Readonly<Record<string, string>>, env: Record<string, string> = {}) {
  const root = await mkdtemp(join(tmpdir(), 'mvs-config-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const cwd = join(root, 'work', 'deeper');
  await mkdir(cwd, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), content);
  }
  const mvs = mvsIn({ XDG_CONFIG_HOME: join(root, 'user'), MVS_HOME: join(root, 'home'), ...env }, { cwd });
  return { root, mvs };
}

async function show(mvs: Mvs, ...args: string[]): Promise<Settings & { of: (name: string) => unknown }> {
  const shown = jsonOf(await mvs('config:show', ...args, '--json')) as Settings;
  return { ...shown, of: (name) => shown.settings.find((setting) => setting.name === name) };
}

const yaml = `
topic: cameras
consume: { batch: 64 }
profiles:
  prod:
    brokers: [kafka1:9092, kafka2:9092]
    store: mongodb://user:hunter22@db/records
    consume: { batch: 128 }
`;

describe('a configuration file', () => {
  it('is found upwards; its profile counts more, a variable more, a flag most', async () => {
    const { root, mvs } = await site({ 'work/mvs.config.yaml': yaml }, { MVS_GROUP: 'of-the-variable' });
    const file = join(root, 'work/mvs.config.yaml');
    const plain = await show(mvs, 'consume');
    expect(plain.files).toEqual([file]);
    expect(plain.of('topic')).toMatchObject({ value: 'cameras', from: file });
    expect(plain.of('batch')).toMatchObject({ value: '64', from: file });
    expect(plain.of('group')).toMatchObject({ value: 'of-the-variable', from: 'MVS_GROUP' });
    expect(plain.of('linger')).toMatchObject({ value: '500', from: 'default' });
    const prod = await show(mvs, 'consume', '--profile', 'prod');
    expect(prod.of('batch')).toMatchObject({ value: '128', from: `profile prod of ${file}` });
    expect(prod.of('brokers')).toMatchObject({ value: 'kafka1:9092,kafka2:9092' });
    expect(JSON.stringify(prod)).not.toContain('hunter22');
  });

  it('of the user counts less than the one of the folder, and may be TOML or JSON', async () => {
    const { mvs } = await site({
      'user/mvs/mvs.config.toml': 'topic = "mine"\ngroup = "mine"\n',
      'work/deeper/mvs.config.json': '{"topic": "of-the-folder"}',
    });
    const { of } = await show(mvs);
    expect(of('topic')).toMatchObject({ value: 'of-the-folder' });
    expect(of('group')).toMatchObject({ value: 'mine' });
  });

  it('is what a command uses, unless a flag says otherwise', async () => {
    const { mvs } = await site({ 'work/mvs.config.yaml': 'brokers: localhost:1\n' });
    expect((await mvs('lag')).stderr).toMatch(/localhost:1\n/);
    expect((await mvs('lag', '--brokers', 'localhost:2')).stderr).toMatch(/localhost:2\n/);
  });

  it.each([
    ['a misspelt flag', 'topci: x', /sets "topci".*\n {2}Did you mean .*"topic"/],
    ['a misspelt command', 'consum: { batch: 1 }', /sets "consum".*\n {2}Did you mean "consume"\?/],
    ['a flag of another command', 'lag: { batch: 1 }', /sets "batch", and there is no such flag of lag/],
    ['what is no YAML', 'topic: [', /cannot use .*mvs\.config\.yaml: /],
    ['a value that is none', 'topic: { a: { b: 1 } }', /cannot use .*mvs\.config\.yaml: topic/],
  ])('with %s is refused by name', async (_, content, message) => {
    const { mvs } = await site({ 'work/mvs.config.yaml': content });
    const { stderr, exitCode } = await mvs('lag');
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(78);
  });

  it('is named where a value of it is wrong', async () => {
    const { mvs } = await site({ 'work/mvs.config.yaml': 'consume: { batch: many }' });
    const { stderr, exitCode } = await mvs('consume');
    expect(stderr).toMatch(/--batch[^]*mvs\.config\.yaml sets batch to many/);
    expect(exitCode).toBe(2);
  });
});

describe('a preset', () => {
  it('counts where nothing else does', async () => {
    const { mvs } = await site(
      { 'work/mvs.config.yaml': 'consume: { batch: 64 }' },
      { MVS_PRESET: 'latency' },
    );
    const { of } = await show(mvs, 'consume');
    expect(of('batch')).toMatchObject({ value: '64' });
    expect(of('linger')).toMatchObject({ value: '20', from: 'preset latency' });
    expect(of('session-timeout')).toMatchObject({ value: '10000', from: 'default' });
  });

  it('that there is not is refused', async () => {
    const { mvs } = await site({});
    const { stderr, exitCode } = await mvs('consume', '--preset', 'speed');
    expect(stderr).toMatch(/--preset[^]*latency/);
    expect(exitCode).toBe(2);
  });
});

describe('a profile', () => {
  it('that is chosen counts from then on, until none is', async () => {
    const { mvs } = await site({ 'work/mvs.config.yaml': yaml });
    await mvs('config:use', 'prod');
    expect(jsonOf(await mvs('config:list', '--json'))).toMatchObject({ current: 'prod' });
    expect((await show(mvs)).of('brokers')).toMatchObject({ value: 'kafka1:9092,kafka2:9092' });
    await mvs('config:use', '--none');
    expect((await show(mvs)).profile).toBeNull();
  });

  it('that there is not is refused, and those that there are are named', async () => {
    const { mvs } = await site({ 'work/mvs.config.yaml': yaml });
    const { stderr, exitCode } = await mvs('config:use', 'prd');
    expect(stderr).toMatch(/no profile "prd".*\n {2}There are: prod\./);
    expect(exitCode).toBe(78);
    expect((await mvs('lag', '--profile', 'prd')).exitCode).toBe(78);
  });
});
