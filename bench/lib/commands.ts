import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import type { StackBench } from './bench.js';

export interface Took {
  readonly wallSeconds: number;
  /** For the command and all of its children. */
  readonly cpuSeconds: number;
  /** MiB of the command and its descendants every 200 ms; empty unless requested. */
  readonly memory: readonly number[];
}

export interface Ran<T> extends Took {
  /** The output of the command on stdout. */
  readonly said: T;
}

export interface RunOptions {
  readonly memory?: boolean;
  /** Another checkout of mvs, built; the default is this one. */
  readonly tree?: string;
}

const root = path.resolve(import.meta.dirname, '../..');
let runs = 0;

const mvsCommand = (tree = root): string[] => [process.execPath, path.join(tree, 'bin/run.js')];

/** Runs one `mvs` command with `--json` against the stack of the benchmark. */
export async function mvs<T>(
  bench: StackBench,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ran<T>> {
  return parsed<T>(await measured(bench, [...mvsCommand(options.tree), ...args, '--json'], options));
}

/** Runs one `mvs` command unchanged. */
export function mvsText(bench: StackBench, args: readonly string[]): Promise<Ran<string>> {
  return measured(bench, [...mvsCommand(), ...args]);
}

/** Runs one script of the baseline. */
export async function python<T>(bench: StackBench, script: string, args: readonly string[]): Promise<Ran<T>> {
  return parsed<T>(await measured(bench, [bench.python, path.join(root, 'bench/baseline', script), ...args]));
}

/** Runs a TypeScript file of `bench/lib` in a separate process, with as many libuv threads as bin/run.js sets. */
export async function script<T>(bench: StackBench, name: string, args: readonly string[]): Promise<Ran<T>> {
  const file = path.join(root, 'bench/lib', name);
  const threads = `UV_THREADPOOL_SIZE=${Math.max(2, availableParallelism())}`;
  return parsed<T>(
    await measured(bench, ['env', threads, process.execPath, '--import', 'tsx', file, ...args]),
  );
}

function parsed<T>({ said, ...took }: Ran<string>): Ran<T> {
  return { ...took, said: JSON.parse(said) as T };
}

async function measured(
  bench: StackBench,
  command: readonly string[],
  { memory }: RunOptions = {},
): Promise<Ran<string>> {
  const out = path.join(bench.folder, `took-${runs++}.json`);
  const own = ['--out', out, ...(memory === true ? ['--memory'] : [])];
  const args = [path.join(root, 'bench/measure.py'), ...own, ...command];
  const { env, signal: cancelSignal } = bench;
  const { stdout } = await execa(bench.python, args, { env, cancelSignal });
  return { ...(JSON.parse(await readFile(out, 'utf8')) as Took), said: stdout };
}
