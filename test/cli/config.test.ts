import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
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

  it('sets how topics are created, and how often the lag is read', async () => {
    const { mvs } = await site({ 'work/mvs.config.yaml': 'topic:create: { partitions: 6 }\ninterval: 9' });
    const { of } = await show(mvs, 'topic:create');
    expect(of('partitions')).toMatchObject({ value: '6' });
    expect((await show(mvs, 'lag')).of('interval')).toMatchObject({ value: '9' });
  });

  it('is what a command uses, unless a flag says otherwise', async () => {
    const { mvs } = await site({ 'work/mvs.config.yaml': 'brokers: localhost:1\n' });
    expect((await mvs('lag')).stderr).toMatch(/localhost:1\n/);
    expect((await mvs('lag', '--brokers', 'localhost:2')).stderr).toMatch(/localhost:2\n/);
    const stream = await site({ 'work/mvs.config.yaml': 'stream: kafka://localhost:1/cameras' });
    expect((await stream.mvs('topic:list')).stderr).toMatch(/localhost:1\n/);
    expect((await stream.mvs('lag', '--brokers', 'localhost:2')).stderr).toMatch(/localhost:2\n/);
  });

  it.each([
    ['a misspelt flag', 'topci: x', /sets "topci".*\n {2}Did you mean .*"topic"/],
    ['a misspelt command', 'consum: { batch: 1 }', /sets "consum".*\n {2}Did you mean "consume"\?/],
    ['a flag of another command', 'lag: { batch: 1 }', /sets "batch", which is not a flag of lag/],
    ['what is no YAML', 'topic: [', /cannot use .*mvs\.config\.yaml: /],
    ['a value that is none', 'topic: { a: { b: 1 } }', /cannot use .*mvs\.config\.yaml: topic/],
  ])('with %s is refused by name', async (_, content, message) => {
    const { mvs } = await site({ 'work/mvs.config.yaml': content });
    const { stderr, exitCode } = await mvs('lag');
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(78);
  });

  it.each([
    ['a folder', (path: string) => mkdir(path), /EISDIR/],
    [
      'nobody may read',
      async (path: string) => {
        await symlink('/proc/self/mem', path);
      },
      /EIO/,
    ],
  ])('that is %s is refused by name', async (_, make, reason) => {
    const { root, mvs } = await site({});
    const path = join(root, 'work', 'mvs.config.yaml');
    await make(path);
    const { stderr, exitCode } = await mvs('lag');
    expect(stderr).toContain(`cannot read ${path}: `);
    expect(stderr).toMatch(reason);
    expect(exitCode).toBe(78);
  });

  it('counts where the variable is empty', async () => {
    const { mvs } = await site(
      { 'work/mvs.config.yaml': 'brokers: localhost:1\nstore: mongodb://localhost:1/x\npreset: latency' },
      { MVS_BROKERS: '', MVS_STORE: '', MVS_PRESET: '', MVS_BATCH: '' },
    );
    expect((await mvs('lag')).stderr).toMatch(/localhost:1\n/);
    const { of } = await show(mvs, 'consume');
    expect(of('store')).toMatchObject({ value: 'mongodb://localhost:1/x' });
    expect(of('batch')).toMatchObject({ value: '4', from: 'preset latency' });
  });

  it.each([
    [
      'brokers: kafka',
      ['lag'],
      {},
      /--brokers: "kafka" is not.*\n.*mvs\.config\.yaml sets brokers to kafka\./,
    ],
    [
      'stream: foo',
      ['lag'],
      {},
      /--stream: "foo" is not.*\n.*mvs\.config\.yaml sets stream to foo\. Give kafka:/,
    ],
    ['fps: often', ['produce', 'x'], {}, /--fps: .*\n.*mvs\.config\.yaml sets fps to often\./],
    [
      'max-duration: long',
      ['produce', 'x'],
      {},
      /^error: --max-duration: "long" is not a time\n.*sets max-duration to long/,
    ],
    [
      'consume: { batch: 9 }',
      ['consume', '--batch', '0'],
      {},
      /^error: --batch: [^\n]*\n {2}"mvs consume --help"/,
    ],
    [
      'topic: cameras',
      ['lag', '--topicc', 'x'],
      {},
      /^error: Nonexistent flag: --topicc\n {2}Did you mean "--topic"/,
    ],
    ['topic: cameras', ['consume'], { MVS_BATCH: 'many' }, /--batch: .*\n.*MVS_BATCH sets batch to many\./],
  ])('"%s" is named where it is wrong, and only then: %j', async (content, args, env, message) => {
    const { mvs } = await site({ 'work/mvs.config.yaml': content }, env);
    const { stderr, exitCode } = await mvs(...args);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(2);
  });

  it('is named where a value of it is wrong', async () => {
    const { mvs } = await site({ 'work/mvs.config.yaml': 'consume: { batch: many }' });
    const { stderr, exitCode } = await mvs('consume');
    expect(stderr).toMatch(/--batch[^]*mvs\.config\.yaml sets batch to many/);
    expect(exitCode).toBe(2);
  });
});

describe('a switch', () => {
  it.each([
    ['of a variable', '', { MVS_TLS: 'on' }],
    ['of a file', 'tls: on', {}],
  ])('%s that is on encrypts', async (_, content, env) => {
    const greeting = new Promise<Buffer>((resolve, reject) => {
      const server = createServer((socket) => {
        socket.once('data', resolve).on('error', reject);
      });
      onTestFinished(() => void server.close());
      server.listen(0, '127.0.0.1', () => {
        const { port } = server.address() as AddressInfo;
        void site({ 'work/mvs.config.yaml': content }, { ...env, MVS_BROKERS: `127.0.0.1:${port}` }).then(
          ({ mvs }) => mvs('lag'),
          reject,
        );
      });
    });
    // 22: a handshake of TLS.
    expect((await greeting)[0]).toBe(22);
  });

  it.each([
    ['', { MVS_TLS: 'perhaps' }, /^error: --tls: "perhaps" is neither yes nor no\n {2}MVS_TLS sets tls/],
    ['tls: perhaps', {}, /neither yes nor no\n.*mvs\.config\.yaml sets tls to perhaps/],
  ])('that is neither on nor off is refused by name: %s%j', async (content, env, message) => {
    const { mvs } = await site({ 'work/mvs.config.yaml': content }, env);
    const { stderr, exitCode } = await mvs('lag');
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(2);
  });

  it('by variable counts for commands about the settings too', async () => {
    const { mvs } = await site({}, { MVS_QUIET: 'perhaps' });
    expect((await mvs('config:show')).stderr).toMatch(/MVS_QUIET sets quiet to perhaps/);
  });
});

describe('a sampling', () => {
  const samplings = ['every', 'fps', 'keyframes'];
  it.each([
    ['of a profile', 'every: 10\nprofiles: { p: { fps: 2 } }\nprofile: p', {}, { fps: '2' }],
    ['of a variable', 'every: 10', { MVS_FPS: '2' }, { fps: '2' }],
    ['for a command', 'every: 10\nproduce: { keyframes: true }', {}, { keyframes: 'true' }],
    [
      'that is not switched off',
      'every: 10\nprofiles: { p: { keyframes: no } }\nprofile: p',
      {},
      { every: '10' },
    ],
  ])('%s counts alone', async (_, content, env, counting) => {
    const { root, mvs } = await site({ 'work/mvs.config.yaml': content }, env);
    const { of } = await show(mvs, 'produce');
    const usual = { every: '3', fps: null, keyframes: expect.stringMatching(/false|no/) as string };
    const shown = Object.fromEntries(samplings.map((name) => [name, (of(name) as { value: unknown }).value]));
    expect(shown).toEqual({ ...usual, ...counting });
    const { stderr } = await mvs('produce', join(root, 'none.mp4'));
    expect(stderr).toMatch(/none\.mp4.* does not exist/);
  });

  it('is refused where one file says two', async () => {
    const { mvs } = await site({ 'work/mvs.config.yaml': 'every: 10\nfps: 2' });
    expect((await mvs('produce', 'x')).stderr).toMatch(/--every and --fps cannot be used together/);
    expect((await mvs('produce', '--scene', '0.4', 'none.mp4')).stderr).toMatch(/does not exist/);
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

  it('that the file names by default is used where none is chosen, and the answer says so', async () => {
    const { mvs } = await site({ 'work/mvs.config.yaml': `${yaml}  home: {}\nprofile: home\n` });
    expect((await mvs('config:use', 'prod')).stdout).toBe('profile prod in use');
    expect((await mvs('config:use', '--none')).stdout).toBe(
      'no profile chosen; profile home in use, from the default of a file',
    );
  });

  it('that there is not is refused, and those that there are are named', async () => {
    const { mvs } = await site({ 'work/mvs.config.yaml': yaml });
    const { stderr, exitCode } = await mvs('config:use', 'prd');
    expect(stderr).toMatch(/no profile "prd".*\n {2}Choose one of: prod\. "mvs config:use --none"/);
    expect(exitCode).toBe(78);
    expect((await mvs('lag', '--profile', 'prd')).exitCode).toBe(78);
  });
});

describe('the choice of a profile', () => {
  it('that cannot be kept is an error that names the file', async () => {
    const { root, mvs } = await site({ 'work/mvs.config.yaml': yaml, 'user/mvs': 'a file' });
    const { stderr, exitCode } = await mvs('config:use', 'prod');
    expect(stderr).toContain(`cannot save the profile in ${join(root, 'user/mvs/profile')}: `);
    expect(exitCode).toBe(78);
  });

  it('that cannot be read is an error that names the file', async () => {
    const { root, mvs } = await site({ 'work/mvs.config.yaml': yaml });
    await mkdir(join(root, 'user/mvs/profile'), { recursive: true });
    const { stderr, exitCode } = await mvs('lag');
    expect(stderr).toContain(`cannot read the profile in use from ${join(root, 'user/mvs/profile')}: `);
    expect(exitCode).toBe(78);
  });
});
