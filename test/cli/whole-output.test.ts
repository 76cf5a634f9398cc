import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { freshName, numbered, openStream, publish } from '../support/fresh.js';
import { fillStore } from '../support/large.js';
import { mvsIn, workspace, type Running } from '../support/mvs.js';
import { sharedStack } from '../support/stack.js';

const hasFullDevice = existsSync('/dev/full');
const store = new URL(sharedStack().store);
const folder = mkdtempSync(join(tmpdir(), 'mvs-output-'));

beforeAll(async () => {
  store.pathname = `/${freshName('db')}`;
  await fillStore(store.href, 3_000, 150);
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  const client = new MongoClient(store.href);
  await client.db().dropDatabase();
  await client.close();
});

/** Runs the binary in a shell: in `script`, "$@" is the command, and $0 the file. */
function inShell(script: string, file: string, ...args: string[]): Running {
  const { env } = workspace({ MVS_STORE: store.href });
  return mvsIn(env, { launcher: ['bash', '-o', 'pipefail', '-c', script, file] })(...args);
}

/** Takes a pipeful at a time, with a pause after each. */
const slowly = `${process.execPath} -e '
  process.stdin.on("data", (chunk) => {
    process.stdout.write(chunk);
    process.stdin.pause();
    setTimeout(() => process.stdin.resume(), 2);
  })'`;

/** What a command writes to a file and to a slow reader of its stdout. */
async function written(...args: string[]): Promise<{ file: string; pipe: string }> {
  const [file, pipe] = [freshName('file'), freshName('pipe')].map((name) => join(folder, name)) as [
    string,
    string,
  ];
  const runs = await Promise.all([
    inShell('exec "$@" > "$0"', file, ...args),
    inShell(`"$@" | ${slowly} > "$0"`, pipe, ...args),
  ]);
  for (const { exitCode, stderr } of runs) expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return { file: await readFile(file, 'utf8'), pipe: await readFile(pipe, 'utf8') };
}

const frames = ['query', 'long', '--frames', '--limit', '3000'];
const large: [string, string[]][] = [
  ['the frames of a video in JSON', [...frames, '--json']],
  ['the frames of a video, a line each', [...frames, '--format', 'ndjson']],
  ['the frames of a video as CSV', [...frames, '--format', 'csv']],
];
const small: [string[]][] = [
  [['--version']],
  [['--help']],
  [['help', 'lag']],
  [['config:show']],
  [['config:show', '--json']],
  [['models:list']],
  [['autocomplete:script', 'bash']],
];
const noSpace = 'error: cannot write to stdout: no space left on device';

describe('a slow reader gets', () => {
  it.each(large)('all of %s', async (_, args) => {
    const { file, pipe } = await written(...args);
    expect(file.length).toBeGreaterThan(2 ** 20);
    expect(pipe === file).toBe(true);
  });

  it('valid documents: the list of videos, dead letters', async () => {
    const topic = freshName('topic');
    const letters = await openStream(`${topic}.dlq`);
    await letters.createTopic({ partitions: 1, replicationFactor: 1 });
    await publish(letters, numbered(1000));
    for (const args of [['query'], ['dlq:list', '--topic', topic]]) {
      const { file, pipe } = await written(...args, '--json');
      expect(file.length).toBeGreaterThan(2 ** 17);
      expect(JSON.parse(pipe)).toEqual(JSON.parse(file));
    }
  });

  it('all of a long error', async () => {
    const pipe = join(folder, 'stderr');
    const name = 'x'.repeat(100_000);
    const { exitCode } = await inShell(`"$@" 2>&1 > /dev/null | ${slowly} > "$0"`, pipe, name);
    expect(exitCode).toBe(2);
    expect(await readFile(pipe, 'utf8')).toBe(
      `error: mvs has no command "${name}"\n  "mvs --help" lists the commands.\n`,
    );
  });
});

describe.skipIf(!hasFullDevice)('a full disk', () => {
  it.each([...small, ...large.map(([, args]): [string[]] => [args])])('is an error of %j', async (args) => {
    const { exitCode, stderr } = await inShell('exec "$@" > "$0"', '/dev/full', ...args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 69, stderr: noSpace });
  });

  it('does not hide the exit code of an error', async () => {
    const { exitCode, stderr } = await inShell(
      'exec "$@" > "$0"',
      '/dev/full',
      'lag',
      '--nonsense',
      '--json',
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: noSpace });
  });

  it('is an error where it holds stderr', async () => {
    const { exitCode, stdout } = await inShell(
      'exec "$@" 2> "$0"',
      '/dev/full',
      'models:list',
      '-v',
      '--json',
    );
    expect(() => JSON.parse(stdout) as unknown).not.toThrow();
    expect(exitCode).toBe(0);
  });
});

it('a disk with room for the beginning only is an error', async () => {
  // In KiB, and for each file.
  const { exitCode, stderr } = await inShell(
    'ulimit -f 1; exec "$@" > "$0"',
    join(folder, 'cut'),
    'help',
    'lag',
  );
  expect({ exitCode, stderr }).toEqual({
    exitCode: 69,
    stderr: 'error: cannot write to stdout: file too large',
  });
});

it.each([...small, ...large.map(([, args]): [string[]] => [args])])(
  '%j is quiet behind head',
  async (args) => {
    const { exitCode, stderr } = await inShell('"$@" | head -c 10 > "$0"', '/dev/null', ...args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  },
);

it('a consumer ends when the reader of its log has gone', async () => {
  const topic = freshName('topic');
  await (await openStream(topic)).createTopic({ partitions: 1, replicationFactor: 1 });
  const { stdout } = await inShell('"$@" 2>&1 | head -n 1', 'mvs', 'consume', '--topic', topic, '-v');
  expect(stdout).toMatch(/^debug: /);
});

it('Ctrl-C ends a command that waits for its reader', async () => {
  const binary = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
  const { env } = workspace({ MVS_STORE: store.href });
  const child = spawn(process.execPath, [binary, ...frames, '--json'], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await once(child.stdout, 'readable');
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([null, 'SIGINT']);
});
