import type * as OnnxRuntime from 'onnxruntime-node';
import type { InferenceSession } from 'onnxruntime-node';
import { MvsError, messageOf } from '../../base/errors.js';
import type { Device } from '../port.js';

export async function importRuntime(): Promise<typeof OnnxRuntime> {
  // Read once, when the library loads. Otherwise it writes usage events to the user's cache folder.
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  try {
    return await import('onnxruntime-node');
  } catch (cause) {
    throw new MvsError('ENGINE_MISSING', `onnxruntime-node does not load: ${messageOf(cause)}`, {
      cause,
      hint: 'Run "npm ci" again on this machine, or choose --engine tfjs-wasm, which runs everywhere.',
    });
  }
}

/** Loads the library, without a network. @returns what it offers @throws MvsError ENGINE_MISSING */
export async function probeRuntime(device: Device = 'cpu'): Promise<string> {
  const ort = await importRuntime();
  mustOffer(ort, device);
  const offered = `devices: ${devicesOf(ort)}`;
  return device === 'cpu'
    ? offered
    : `offers ${device}; only a run shows whether its libraries and driver are here. ${offered}`;
}

/** @throws MvsError ENGINE_MISSING if the device cannot be used, MODEL_INVALID if the file cannot */
export async function openSession(
  ort: typeof OnnxRuntime,
  file: string,
  threads: number,
  device: Device,
): Promise<InferenceSession> {
  mustOffer(ort, device);
  try {
    return await ort.InferenceSession.create(file, {
      ...(device === 'cpu' ? {} : { executionProviders: [device] }),
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      // Spinning threads take the cores from decoding and from other consumers.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  } catch (cause) {
    if (device !== 'cpu') throw unusable(ort, device, messageOf(cause));
    throw new MvsError('MODEL_INVALID', `onnxruntime cannot load ${file}: ${messageOf(cause)}`, {
      cause,
      hint: 'Check that the file is a complete ONNX network, and not a Git LFS pointer or a truncated download.',
    });
  }
}

function mustOffer(ort: typeof OnnxRuntime, device: Device): void {
  if (ort.listSupportedBackends().some(({ name }) => name === device)) return;
  throw unusable(ort, device, 'onnxruntime-node does not have it on this system');
}

function unusable(ort: typeof OnnxRuntime, device: Device, why: string): MvsError {
  return new MvsError('ENGINE_MISSING', `--device ${device} is not usable: ${why}`, {
    hint: `Use --device cpu, or install what is missing (docs/models.md). Devices of this onnxruntime-node: ${devicesOf(ort)}.`,
  });
}

function devicesOf(ort: typeof OnnxRuntime): string {
  const all = ort.listSupportedBackends();
  const names = (bundled: boolean): string =>
    all.flatMap((one) => (one.bundled === bundled ? [one.name] : [])).join(', ');
  const others = names(false);
  return names(true) + (others === '' ? '' : `; with libraries that are installed separately: ${others}`);
}
