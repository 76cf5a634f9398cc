import { format } from 'node:util';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
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
  let over = false;
  const running = turn.then(() => run(env, args, cwd)).finally(() => (over = true));
  turn = running.catch(() => undefined);
  onTestFinished(async () => {
    if (!over) process.emit('SIGTERM');
    const { stdout } = await running;
    mustFitSchema(args, stdout);
  });
  return running;
}

async function run(env: Environment, args: readonly string[], cwd = process.cwd()): Promise<Finished> {
  // Built JavaScript, whose types nobody needs here.
  const { main } = (await import(
    '../../dist/cli/main.js' as string
  )) as typeof import('../../src/cli/main.js');
  const before = { env: { ...process.env }, cwd: process.cwd(), exitCode: process.exitCode };
  const began = performance.now();
  const output = capture();
  replaceEnvironment({ ...before.env, ...env });
  process.chdir(cwd);
  process.exitCode = undefined;
  try {
    await main([...args], root);
    return {
      exitCode: Number(process.exitCode ?? 0),
      ...output.texts(),
      durationMs: performance.now() - began,
    };
  } finally {
    output.end();
    process.exitCode = before.exitCode;
    process.chdir(before.cwd);
    replaceEnvironment(before.env);
  }
}

function replaceEnvironment(next: Environment): void {
  for (const name of Object.keys(process.env))
    if (next[name] === undefined) Reflect.deleteProperty(process.env, name);
  for (const [name, value] of Object.entries(next)) if (value !== undefined) process.env[name] = value;
}

/** Takes what is written to stdout and stderr, by the console too, which vitest has replaced. */
function capture() {
  const { log, error } = console;
  const outputs = (['stdout', 'stderr'] as const).map((name) => {
    const stream = process[name];
    const { write } = stream;
    const chunks: Buffer[] = [];
    stream.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
      chunks.push(Buffer.from(chunk as string));
      const done = rest.find((each) => typeof each === 'function');
      if (done) process.nextTick(done);
      return true;
    };
    return {
      stream,
      write,
      text: () =>
        Buffer.concat(chunks)
          .toString()
          .replace(/\r?\n$/, ''),
    };
  });
  console.log = (...words: unknown[]) => process.stdout.write(`${format(...words)}\n`);
  console.error = (...words: unknown[]) => process.stderr.write(`${format(...words)}\n`);
  const [stdout, stderr] = outputs;
  return {
    texts: () => ({ stdout: stdout?.text() ?? '', stderr: stderr?.text() ?? '' }),
    end: () => {
      Object.assign(console, { log, error });
      for (const { stream, write } of outputs) stream.write = write;
    },
  };
}
