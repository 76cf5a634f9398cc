import { createRequire } from 'node:module';
import { join } from 'node:path';
import util from 'node:util';
import { MvsError, messageOf } from '../../base/errors.js';
import type { LoadEngine } from '../engine.js';
import { openGraphModel, type TensorFlow } from './graph-model.js';

/** An optional dependency with a native library of 600 MB, which cannot be downloaded everywhere. */
const packageName = '@tensorflow/tfjs-node';

const hint =
  `Run "npm install ${packageName}" where its library can be downloaded. Where it cannot: ` +
  '"scripts/build-tfjs-node.sh FOLDER", then set MVS_TFJS_NODE=FOLDER. Or choose --engine onnxruntime, which is faster.';

/**
 * TensorFlow.js on the native TensorFlow library. `predict` blocks the thread that calls it. Ignores `threads`:
 * TensorFlow has one thread pool per process, and with a single thread in it two workers were slower than one.
 */
export const loadTfjsNode: LoadEngine = async (model) => openGraphModel(importTfjsNode(), 'tfjs-node', model);

export function importTfjsNode(): TensorFlow {
  setEnvironment();
  restoreNullCheck();
  return loadPackage();
}

/** TensorFlow reads its environment once, when its library loads. Values that the user has set are kept. */
function setEnvironment(): void {
  // oneDNN more than doubles the speed (24 → 52 images/s, 2 cores with AVX2), and is not always on by default.
  process.env.TF_ENABLE_ONEDNN_OPTS ??= '1';
  // Its messages about the CPU would go to the user's terminal.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
}

/** tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node 23 removed. */
function restoreNullCheck(): void {
  const patched: { isNullOrUndefined?: (value: unknown) => boolean } = util;
  patched.isNullOrUndefined ??= (value) => value === null || value === undefined;
}

/** Looks in the folder of MVS_TFJS_NODE first, then beside this package. */
function loadPackage(): TensorFlow {
  const folder = process.env.MVS_TFJS_NODE;
  const from = folder ? join(folder, 'package.json') : import.meta.url;
  try {
    return createRequire(from)(packageName) as TensorFlow;
  } catch (cause) {
    const why = isMissing(cause) ? `${packageName} is not installed` : `${packageName}: ${firstLine(cause)}`;
    throw new MvsError('ENGINE_MISSING', folder ? `${why} (MVS_TFJS_NODE=${folder})` : why, { cause, hint });
  }
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === 'MODULE_NOT_FOUND' &&
    error.message.includes(packageName)
  );
}

function firstLine(error: unknown): string {
  return messageOf(error).split('\n', 1)[0] ?? '';
}
