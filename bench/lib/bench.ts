import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { makeClips, type Clips } from './clips.js';
import { venv } from './venv.js';

const root = path.resolve(import.meta.dirname, '../..');
/** Downloads and generated clips, kept between runs. */
const workFolder = path.join(root, 'bench/.work');

/** What every benchmark needs. */
export interface Bench extends AsyncDisposable {
  /** The number of times that each pair is measured. */
  readonly rounds: number;
  readonly brokers: string;
  /** MongoDB URL without a database. */
  readonly mongo: string;
  readonly python: string;
  readonly clips: Clips;
  /** Folder with a ResNet50 with random weights, for mvs. */
  readonly resnet50: string;
  /** A folder that is removed after this run. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** A unique name for a topic, a group or a database. */
  fresh(kind: string): string;
  log(message: string): void;
}

export interface BenchOptions {
  readonly rounds: number;
  /** Clips to use instead of the downloaded ones. */
  readonly clips?: string | undefined;
  readonly signal: AbortSignal;
}

/** Starts a stack of its own, installs the baseline and generates the clips. */
export async function openBench({ rounds, clips, signal }: BenchOptions): Promise<Bench> {
  const log = (message: string): void => void process.stderr.write(`${message}\n`);
  await mkdir(workFolder, { recursive: true });
  log('installing the baseline');
  const python = await venv(workFolder);
  log('making the clips');
  const made = await makeClips(workFolder, python, clips);
  const resnet50 = await makeResnet50(python);
  const folder = await mkdtemp(path.join(tmpdir(), 'mvs-bench-'));
  const env = { MVS_HOME: path.join(folder, 'home'), NO_COLOR: '1' };
  const run = path.join(root, 'bin/run.js');
  log('starting the stack');
  const { stdout } = await execa(
    process.execPath,
    [run, 'up', '--kafka-port', '0', '--mongo-port', '0', '--json'],
    { env },
  );
  const stack = JSON.parse(stdout) as { brokers: string[]; store: string };
  let names = 0;
  return {
    rounds,
    brokers: stack.brokers.join(','),
    mongo: stack.store.replace(/\/[^/]*$/, ''),
    python,
    clips: made,
    resnet50,
    folder,
    env,
    signal,
    fresh: (kind) => `bench-${kind}-${names++}`,
    log,
    async [Symbol.asyncDispose]() {
      await execa(process.execPath, [run, 'down', '--wipe', '--yes'], { env, reject: false });
      await rm(folder, { recursive: true, force: true });
    },
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
