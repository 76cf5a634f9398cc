import { format } from 'node:util';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import type * as Main from '../../src/cli/main.js';
import type { Environment } from './mvs.js';
import { mustFitSchema } from './schemas.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** How a command ended; what a child process says of itself, as far as tests compare it. */
export interface Finished {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

/** One after the other: they share the environment, the output and the exit code of this process. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * Runs a command of dist/ in this process, which saves the time that a process needs to start. It is as the binary is behind
 * bin/run.js: the same command line, variables, working folder, output and exit code. Ended like by SIGTERM when its test ends before.
 */
export function runInProcess(env: Environment, args: readonly string[], cwd?: string): Promise<Finished> {
  let state: 'waits' | 'runs' | 'over' = 'waits';
  const running = turn
    .then(() => {
      if (state === 'over') throw new Error('its test has ended');
      state = 'runs';
      return run(env, args, cwd);
    })
    .finally(() => (state = 'over'));
  turn = running.catch(() => undefined);
  onTestFinished(async () => {
    if (state === 'runs') terminate();
    if (state === 'waits') state = 'over';
    else mustFitSchema(args, (await running).stdout);
  });
  return running;
}

const told = new WeakSet<NodeJS.SignalsListener>();

/**
 * As SIGTERM would, and once for each command: a second signal ends the process, which is that of the tests. So do the listeners of vitest
 * and of libraries, which are not called.
 */
function terminate(): void {
  for (const listener of process.listeners('SIGTERM')) {
    if (listener.name !== '#onSignal' || told.has(listener)) continue;
    told.add(listener);
    listener('SIGTERM');
  }
}

async function run(env: Environment, args: readonly string[], cwd = process.cwd()): Promise<Finished> {
  const { main } = (await import(pathToFileURL(join(root, 'dist/cli/main.js')).href)) as typeof Main;
  const before = { env: { ...process.env }, cwd: process.cwd() };
  const began = performance.now();
  const output = capture();
  replaceEnvironment({ ...before.env, ...env });
  process.chdir(cwd);
  process.exitCode = undefined;
  try {
    await main([...args], root);
    return { exitCode: exitCode(), ...output.texts(), durationMs: performance.now() - began };
  } finally {
    output.end();
    process.exitCode = undefined;
    process.chdir(before.cwd);
    replaceEnvironment(before.env);
  }
}

/** What the command has set. */
function exitCode(): number {
  return Number((process as { exitCode?: number | string | null }).exitCode ?? 0);
}

function replaceEnvironment(next: Environment): void {
  for (const name of Object.keys(process.env))
    if (next[name] === undefined) Reflect.deleteProperty(process.env, name);
  for (const [name, value] of Object.entries(next)) if (value !== undefined) process.env[name] = value;
}

const streams = (['stdout', 'stderr'] as const).map((name) => {
  const stream = process[name];
  return { stream, write: stream.write.bind(stream) };
});
const { log, error } = console;

/** Takes what is written to stdout and stderr, by the console too, which vitest has replaced. */
function capture() {
  const [stdout, stderr] = streams.map(({ stream }) => {
    const chunks: Buffer[] = [];
    stream.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
      chunks.push(Buffer.from(chunk as string));
      const done = rest.find((each) => typeof each === 'function');
      if (done) process.nextTick(done);
      return true;
    };
    return chunks;
  });
  console.log = (...words: unknown[]) => process.stdout.write(`${format(...words)}\n`);
  console.error = (...words: unknown[]) => process.stderr.write(`${format(...words)}\n`);
  return {
    texts: () => ({ stdout: textOf(stdout), stderr: textOf(stderr) }),
    end: () => {
      Object.assign(console, { log, error });
      for (const { stream, write } of streams) stream.write = write;
    },
  };
}

/** As a shell shows it: without the last line break. */
function textOf(chunks: readonly Buffer[] = []): string {
  return Buffer.concat(chunks)
    .toString()
    .replace(/\r?\n$/, '');
}
