import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { freshName, freshStoreUrl } from './fresh.js';
import { runInProcess, type Finished } from './in-process.js';
import { mustFitSchema } from './schemas.js';
import { sharedStack } from './stack.js';
import { tinyNetwork } from './tiny-model.js';

const binary = fileURLToPath(new URL('../../bin/run.js', import.meta.url));

/** Not the settings of whoever runs the tests. */
const noSettings = { XDG_CONFIG_HOME: join(tmpdir(), 'mvs-no-config') };

/** Runs the real binary to its end; killed when the test ends before. MVS_TEST_LOGS names a folder that keeps its stderr. */
function run(env: Environment, args: readonly string[], { launcher = [], cwd }: RunOptions) {
  const [command, ...before] = [...launcher, process.execPath];
  const child = execa(command, [...before, binary, ...args], {
    ...(cwd === undefined ? {} : { cwd }),
    reject: false,
    stdin: 'ignore',
    env: { ...noSettings, ...env },
    // What a signal does not end within this time is killed, and then seen by its `signal`.
    forceKillAfterDelay: 10_000,
  });
  const logs = process.env.MVS_TEST_LOGS;
  if (logs) child.stderr.pipe(createWriteStream(join(logs, `${child.pid ?? 0}-${args[0] ?? ''}.log`)));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    const { stdout, signal } = await child;
    if (signal === undefined) mustFitSchema(args, stdout);
  });
  return child;
}

/** Undefined takes a variable away. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The network that comes with mvs, for tests that look at labels. */
export const bundledNetwork: Environment = { MVS_MODEL: undefined };

/** A command that runs to its end in this process. */
export type Mvs = (...args: string[]) => Promise<Finished>;

/** A command in a process of its own, which can be watched and killed. */
export type Running = ReturnType<typeof run>;
export type Binary = (...args: string[]) => Running;

export interface RunOptions {
  /** A command that starts the one that follows it, in other circumstances. */
  readonly launcher?: readonly string[] | undefined;
  readonly cwd?: string | undefined;
}

export interface Workspace {
  readonly topic: string;
  readonly group: string;
  readonly env: Environment;
  /** Runs a command in this process: for what a command prints, stores and exits with. */
  readonly mvs: Mvs;
  /** Runs the binary as a user has it: for signals, pipes, processes, and commands that run beside others. */
  readonly binary: Binary;
}

/** The binary as a user has it, in this environment. */
export function binaryIn(env: Environment, options: RunOptions = {}): Binary {
  return (...args) => run(env, args, options);
}

/** Commands in this process, in this environment; behind a launcher they need a process of their own. */
export function mvsIn(env: Environment, { launcher, cwd }: RunOptions = {}): Mvs {
  if (launcher === undefined) return (...args) => runInProcess({ ...noSettings, ...env }, args, cwd);
  return async (...args) => {
    const { exitCode = NaN, stdout, stderr, durationMs } = await run(env, args, { launcher, cwd });
    return { exitCode, stdout, stderr, durationMs };
  };
}

/** An environment with a topic, a group and a database of this test's own, and a network that answers in no time. */
export function workspace(changes: Environment = {}, options: RunOptions = {}): Workspace {
  const { brokers, home, cache } = sharedStack();
  const topic = freshName('topic');
  const group = freshName('group');
  const env = {
    MVS_BROKERS: brokers.join(','),
    MVS_STORE: freshStoreUrl(),
    MVS_TOPIC: topic,
    MVS_GROUP: group,
    MVS_HOME: home,
    NODE_ENV: 'production',
    // On a slow machine there is progress to tell, and what is expected on stderr is something else.
    MVS_PROGRESS: 'false',
    ...tinyNetwork(cache),
    ...changes,
  };
  return { topic, group, env, mvs: mvsIn(env, options), binary: binaryIn(env, options) };
}

/** What a command printed under `--json`. */
export function jsonOf(result: { readonly stdout: string }): unknown {
  return JSON.parse(result.stdout);
}
