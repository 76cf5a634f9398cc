import { Flags } from '@oclif/core';
import { devices, engineNames } from '../core/classifier/port.js';
import { grouped } from './grouped.js';
import type { Infer } from './infer.js';
import { servingFlags } from './serving.js';
import { cacheFlags } from './stack.js';

export const defaultModel = 'efficientnet-lite0';
export const modelFlag = {
  description:
    'name of a network (see "mvs models:list"), path or URL of an ONNX file or TF.js folder with a model.yaml beside it, or URL of a served model (docs/serving.md)',
  env: 'MVS_MODEL',
  helpValue: 'NAME|PATH|URL',
};

export const classifierFlags = grouped('MODEL', {
  engine: Flags.option({
    description:
      'what runs the network: a local library or a model server; auto picks the fastest that fits the model and loads',
    env: 'MVS_ENGINE',
    options: ['auto', ...engineNames] as const,
    default: 'auto' as const,
  })(),
  model: Flags.string({ ...modelFlag, default: defaultModel }),
  labels: Flags.string({
    env: 'MVS_LABELS',
    helpValue: 'FILE',
    description: 'labels file (JSON list), instead of the labels of the model',
  }),
  ...cacheFlags,
  ...servingFlags,
});

/** Of commands that classify. */
export const workFlags = grouped('CONSUMER', {
  workers: Flags.integer({
    description: 'inference workers, shared by all threads; each loads the networks [default: one per core]',
    env: 'MVS_WORKERS',
    helpValue: 'N',
    min: 1,
    max: 256,
  }),
  batch: Flags.integer({
    helpValue: 'N',
    description: 'number of frames that are classified and stored together',
    env: 'MVS_BATCH',
    min: 1,
    max: 1024,
    default: 32,
  }),
  device: Flags.option({
    description:
      'where onnxruntime computes: cpu, or what else the installed onnxruntime-node offers (docs/models.md)',
    env: 'MVS_DEVICE',
    options: devices,
    default: 'cpu' as const,
  })(),
  'top-k': Flags.integer({
    env: 'MVS_TOP_K',
    helpValue: 'N',
    description: 'predictions to store per frame [default: set by the model, else 1]',
    min: 1,
    max: 1000,
  }),
});

export type ClassifierFlags = Infer<typeof classifierFlags>;
