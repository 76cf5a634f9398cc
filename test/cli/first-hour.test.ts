import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bundledNetwork, workspace, type Environment, type RunOptions } from '../support/mvs.js';
import { freshHome } from '../support/stack.js';
import { canDropPrivileges, unprivileged } from '../support/unprivileged.js';

const clip = fileURLToPath(new URL('../../videos/cat.webm', import.meta.url));

async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mvs-first-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function takenPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** Runs it, and expects nothing on stdout and on stderr what happened and, below, what to do next; no trace of our code. */
async function expectError(
  args: readonly string[],
  { what, next, code }: { what: RegExp; next: RegExp; code: number },
  env: Environment = {},
  options: RunOptions = {},
): Promise<void> {
  const { mvs } = workspace(env, options);
  const { stdout, stderr, exitCode } = await mvs(...args);
  const [error = '', hint = ''] = stderr.split('\n').filter((line) => !/^(info|warn): /.test(line));
  expect(error).toMatch(/^error: /);
  expect(error).toMatch(what);
  expect(hint).toMatch(/^ {2}\S/);
  expect(hint).toMatch(next);
  expect(stderr).not.toMatch(/at .*\.js:\d+/);
  expect(stdout).toBe('');
  expect(exitCode).toBe(code);
}

describe('in the first hour', () => {
  it.each(['18.20.4', '20.18.3'])('Node %s is too old', async (version) => {
    const file = join(await tempFolder(), 'old.cjs');
    await writeFile(file, `Object.defineProperty(process.versions, 'node', { value: '${version}' });`);
    const env = { NODE_OPTIONS: `--require=${file}` };
    // In a process of its own.
    const launched = { launcher: ['env'] };
    const what = /mvs needs Node 20\.19 or later, and this is Node /;
    await expectError(['query'], { what, next: /newer one/, code: 69 }, env, launched);
  });

  it('no stack runs', async () => {
    const env = { MVS_HOME: await tempFolder(), MVS_BROKERS: '127.0.0.1:9', MVS_STORE: undefined };
    await expectError(
      ['produce', clip],
      { what: /no Kafka broker answers at 127\.0\.0\.1:9/, next: /--brokers/, code: 69 },
      env,
    );
  });

  it('the port is that of something else', async () => {
    const env = { MVS_BROKERS: `127.0.0.1:${await takenPort()}` };
    await expectError(['lag'], { what: /no Kafka broker answers/, next: /--brokers/, code: 69 }, env);
  });

  it('there is no topic', async () => {
    await expectError(['produce', clip], {
      what: /the topic \S+ does not exist/,
      next: /topic:create/,
      code: 69,
    });
  });

  it('there is no such video', async () => {
    await expectError(['produce', 'vidoes/cat.webm'], { what: /vidoes\/cat\.webm/, next: /\S/, code: 66 });
    await expectError(['query', 'nothing'], { what: /"nothing"/, next: /mvs query/, code: 66 });
  });

  it('the engine that was named is not installed', async () => {
    const { mvs } = workspace(bundledNetwork);
    await mvs('topic:create');
    const { stderr, exitCode } = await mvs('consume', '--engine', 'tfjs-node', '--until-drained');
    // Where it was built, as in CI, there is nothing to complain about.
    if (process.env.MVS_TFJS_NODE !== undefined) return;
    expect(stderr).toMatch(/^error: .*tfjs-node[^]*\n {2}\S/m);
    expect(exitCode).toBe(69);
  });

  it('the port that a server wants is taken', async () => {
    // Its database may have started meanwhile, and ends with the test.
    const { home, cache } = freshHome();
    const env = { MVS_HOME: home, MVS_CACHE: cache, MVS_BROKERS: undefined, MVS_STORE: undefined };
    const port = await takenPort();
    await expectError(
      ['up', '--kafka-port', String(port), '--mongo-port', '0'],
      { what: new RegExp(String(port)), next: /--kafka-port/, code: 69 },
      env,
    );
  });

  it('a flag is misspelt', async () => {
    await expectError(['consume', '--tread', '3'], { what: /--tread/, next: /--threads/, code: 2 });
  });

  it.runIf(canDropPrivileges)('the files may not be read, or the home not written', async () => {
    const folder = await tempFolder();
    await chmod(folder, 0o755);
    const secret = join(folder, 'secret.mp4');
    await writeFile(secret, 'x', { mode: 0o000 });
    await chmod(secret, 0o000);
    await mkdir(join(folder, 'home'), { mode: 0o555 });
    const launched = { launcher: unprivileged };
    await expectError(['produce', secret], { what: /secret\.mp4/, next: /\S/, code: 66 }, {}, launched);
    const env = { MVS_HOME: join(folder, 'home'), MVS_BROKERS: undefined, MVS_STORE: undefined };
    await expectError(['up'], { what: /home/, next: /--home/, code: 78 }, env, launched);
  });
});
