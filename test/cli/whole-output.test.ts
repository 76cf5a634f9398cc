import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { silentLog } from '../../src/core/base/log.js';
import { openKafka } from '../../src/core/stream/kafka/index.js';
import { freshName, numbered, publish } from '../support/fresh.js';
import { fillStore } from '../support/large.js';
import { binaryIn, workspace, type Running } from '../support/mvs.js';
import { sharedStack } from '../support/stack.js';

/** macOS and Windows have none. */
const hasFullDevice = existsSync('/dev/full');
const store = new URL(sharedStack().store);
const folder = mkdtempSync(join(tmpdir(), 'mvs-output-'));
const topic = freshName('topic');

beforeAll(async () => {
  store.pathname = `/${freshName('db')}`;
  await fillStore(store.href, 3_000, 150);
  const settings = { brokers: sharedStack().brokers, log: silentLog };
  await using stream = await openKafka({ ...settings, topic });
  await using letters = await openKafka({ ...settings, topic: stream.deadLetterTopic });
  for (const each of [stream, letters]) await each.createTopic({ partitions: 1, replicationFactor: 1 });
  await publish(letters, numbered(1_000));
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  const client = new MongoClient(store.href);
  await client.db().dropDatabase();
  await client.close();
});

/** Runs the binary in a shell: in `script`, "$@" is the command, and $0 the file. */
function inShell(script: string, file: string, ...args: readonly string[]): Running {
  const { env } = workspace({ MVS_STORE: store.href, MVS_TOPIC: topic });
  return binaryIn(env, { launcher: ['bash', '-o', 'pipefail', '-c', script, file] })(...args);
}

/** A reader that takes so many bytes at a time, with a pause after each. */
function slowly(bytes: number): string {
  return `${process.execPath} -e '
    const stdin = require("node:fs").createReadStream("", { fd: 0, highWaterMark: ${bytes} });
    stdin.on("data", (chunk) => {
      process.stdout.write(chunk);
      stdin.pause();
      setTimeout(() => stdin.resume(), 2);
    })'`;
}

/** What a command writes to a file and to a slow reader of its stdout. */
async function written(args: readonly string[]): Promise<Record<'file' | 'pipe', string>> {
  const [file, pipe] = [join(folder, freshName('file')), join(folder, freshName('pipe'))];
  const runs = [
    inShell('exec "$@" > "$0"', file, ...args),
    inShell(`"$@" | ${slowly(16_384)} > "$0"`, pipe, ...args),
  ];
  for (const { exitCode, stderr } of await Promise.all(runs))
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return { file: await readFile(file, 'utf8'), pipe: await readFile(pipe, 'utf8') };
}

const noSpace = 'error: cannot write to stdout: no space left on device';

/** Fails in one line where the disk is full, and is quiet where the reader has seen enough. */
async function mustFailWell(args: readonly string[]): Promise<void> {
  const runs = [
    inShell('"$@" | head -c 10 > "$0"', '/dev/null', ...args),
    ...(hasFullDevice ? [inShell('exec "$@" > "$0"', '/dev/full', ...args)] : []),
  ];
  const [head, full] = await Promise.all(runs);
  expect(head).toMatchObject({ exitCode: 0, stderr: '' });
  if (full) expect(full).toMatchObject({ exitCode: 69, stderr: noSpace });
}

const frames = ['query', 'long', '--frames', '--limit', '3000'];

describe('a large output', () => {
  it.each<[string, number, string[]]>([
    ['frames in JSON', 2 ** 20, [...frames, '--json']],
    ['frames, a line each', 2 ** 20, [...frames, '--format', 'ndjson']],
    ['frames as CSV', 2 ** 20, [...frames, '--format', 'csv']],
    ['frames as Parquet', 2 ** 14, [...frames, '--format', 'parquet']],
    // More than a pipe holds.
    ['all videos', 2 ** 16, ['query', '--json']],
    ['dead letters', 2 ** 16, ['dlq:list', '--limit', '1000', '--json']],
  ])('is whole or an error: %s', async (_, atLeast, args) => {
    const [{ file, pipe }] = await Promise.all([written(args), mustFailWell(args)]);
    expect(file.length).toBeGreaterThan(atLeast);
    // Not toBe, which would print the difference.
    expect(pipe === file, `${pipe.length} of ${file.length} characters`).toBe(true);
    if (args.includes('--json')) expect(() => JSON.parse(file) as unknown).not.toThrow();
  });

  it('is whole on stderr too', async () => {
    const pipe = join(folder, 'stderr');
    const name = 'x'.repeat(100_000);
    const { exitCode } = await inShell(`"$@" 2>&1 > /dev/null | ${slowly(512)} > "$0"`, pipe, name);
    expect(exitCode).toBe(2);
    const text = await readFile(pipe, 'utf8');
    expect(text === `error: mvs has no command "${name}"\n  "mvs --help" lists the commands.\n`).toBe(true);
  });
});

it.each([
  [['--version']],
  [['--help']],
  [['config:show']],
  [['config:show', '--json']],
  [['completion', 'bash']],
])('a small output is whole or an error: %j', mustFailWell);

describe.skipIf(!hasFullDevice)('a full disk', () => {
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

  it('under the log decides the exit code, and the result is whole', async () => {
    const script = 'DEBUG=* "$@" 2> "$0"';
    const { exitCode, stdout } = await inShell(script, '/dev/full', 'config:show', '--json');
    expect(exitCode).toBe(69);
    expect(() => JSON.parse(stdout) as unknown).not.toThrow();
  });
});

it('a disk with room for the beginning only is an error', async () => {
  // In KiB, and for each file.
  const script = 'ulimit -f 1; exec "$@" > "$0"';
  const { exitCode, stderr } = await inShell(script, join(folder, 'cut'), 'help', 'lag');
  expect({ exitCode, stderr }).toEqual({
    ...{ exitCode: 69, stderr: 'error: cannot write to stdout: file too large' },
  });
});

it('a consumer ends when the reader of its log has gone', async () => {
  const { stdout } = await inShell('"$@" 2>&1 | head -n 1', 'mvs', 'consume', '-v');
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
