import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { freshName, freshStoreUrl } from './fresh.js';
import { mustFitSchema } from './schemas.js';
import { sharedStack } from './stack.js';

const binary = fileURLToPath(new URL('../../bin/run.js', import.meta.url));

/** Runs the real binary to its end; killed when the test ends before. MVS_TEST_LOGS names a folder that keeps its stderr. */
function run(env: Environment, args: readonly string[], { launcher = [], cwd }: RunOptions) {
  const [command, ...before] = [...launcher, process.execPath];
  const child = execa(command, [...before, binary, ...args], {
    ...(cwd === undefined ? {} : { cwd }),
    reject: false,
    stdin: 'ignore',
    // Not the settings of whoever runs the tests.
    env: { XDG_CONFIG_HOME: join(tmpdir(), 'mvs-no-config'), ...env },
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

export type Running = ReturnType<typeof run>;
export type Mvs = (...args: string[]) => Running;

export interface RunOptions {
  /** A command that starts the one that follows it, in other circumstances. */
  readonly launcher?: readonly string[];
  readonly cwd?: string;
}

export interface Workspace {
  readonly topic: string;
  readonly group: string;
  readonly env: Environment;
  readonly mvs: Mvs;
}

/** The binary as a user has it, in this environment. */
export function mvsIn(env: Environment, options: RunOptions = {}): Mvs {
  return (...args) => run(env, args, options);
}

/** The binary as a user has it, in an environment with a topic, a group and a database of this test's own. */
export function workspace(changes: Environment = {}, options: RunOptions = {}): Workspace {
  const { brokers, home } = sharedStack();
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
    ...changes,
  };
  return { topic, group, env, mvs: mvsIn(env, options) };
}

/** What a command printed under `--json`. */
export function jsonOf(result: { readonly stdout: string }): unknown {
  return JSON.parse(result.stdout);
}
