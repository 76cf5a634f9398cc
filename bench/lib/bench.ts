import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { makeClips, type Clips } from './clips.js';
import { untilStopped } from './stop.js';
import { venv } from './venv.js';

const root = path.resolve(import.meta.dirname, '../..');
/** Downloads and generated clips, kept between runs. */
export const workFolder = path.join(root, 'bench/.work');

/** What a benchmark of mvs alone needs. */
export interface StackBench extends AsyncDisposable {
  /** The number of times that each pair is measured. */
  readonly rounds: number;
  /** A folder with an earlier build to compare with. */
  readonly before?: string | undefined;
  readonly brokers: string;
  /** MongoDB URL without a database. */
  readonly mongo: string;
  readonly python: string;
  /** A folder that is removed after this run. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** A unique name for a topic, a group or a database. */
  fresh(kind: string): string;
  log(message: string): void;
}

/** What a comparison with the baseline needs. */
export interface Bench extends StackBench {
  readonly clips: Clips;
  /** Folder with a ResNet50 with random weights, for mvs. */
  readonly resnet50: string;
}

export interface BenchOptions {
  readonly rounds: number;
  /** Clips to use instead of the downloaded ones. */
  readonly clips?: string | undefined;
  readonly before?: string | undefined;
  readonly signal: AbortSignal;
}

function log(message: string): void {
  process.stderr.write(`${message}\n`);
}

/** Installs the baseline, generates the clips, and starts a stack. */
export async function openBench({ clips, ...options }: BenchOptions): Promise<Bench> {
  const { python, ...made } = await untilStopped(prepare(clips), options.signal);
  return { ...(await openStackBench(options, python)), ...made };
}

async function prepare(own?: string): Promise<Pick<Bench, 'python' | 'clips' | 'resnet50'>> {
  await mkdir(workFolder, { recursive: true });
  log('installing the baseline');
  const python = await venv(workFolder);
  log('making the clips');
  const clips = await makeClips(workFolder, python, own);
  return { python, clips, resnet50: await makeResnet50(python) };
}

/** Starts a stack of its own. @param python any Python 3 */
export async function openStackBench(
  { rounds, before, signal }: Omit<BenchOptions, 'clips'>,
  python = 'python3',
): Promise<StackBench> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mvs-bench-'));
  const env = { MVS_HOME: path.join(folder, 'home'), NO_COLOR: '1' };
  const run = path.join(root, 'bin/run.js');
  // A terminal sends Ctrl-C to its process group, and these must not be interrupted once more while they end.
  const stackCommand = (...args: string[]) =>
    execa(process.execPath, [run, ...args], { env, detached: true });
  const close = async (): Promise<void> => {
    await stackCommand('down', '--wipe', '--yes').catch((error: unknown) => {
      log(`the servers may be running: ${String(error)}`);
    });
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  log('starting the stack');
  let stack: { brokers: string[]; store: string };
  try {
    const up = stackCommand('up', '--kafka-port', '0', '--mongo-port', '0', '--json');
    signal.addEventListener('abort', () => up.kill('SIGTERM'), { once: true });
    signal.throwIfAborted();
    stack = JSON.parse((await up).stdout) as typeof stack;
  } catch (error) {
    await close();
    throw error;
  }
  let names = 0;
  return {
    rounds,
    before,
    brokers: stack.brokers.join(','),
    mongo: stack.store.replace(/\/[^/]*$/, ''),
    python,
    folder,
    env,
    signal,
    fresh: (kind) => `bench-${kind}-${names++}`,
    log,
    [Symbol.asyncDispose]: close,
  };
}

/** Runs before any server is started, because it may fail. */
async function makeResnet50(python: string): Promise<string> {
  const folder = path.join(workFolder, 'resnet50');
  // This file is written last.
  if (existsSync(path.join(folder, 'model.yaml'))) return folder;
  const labels = path.join(root, 'models/efficientnet-lite0/labels.json');
  await execa(python, [path.join(root, 'bench/baseline/resnet50_onnx.py'), '--labels', labels, folder]);
  return folder;
}
