import { Flags } from '@oclif/core';
import { engineNames } from '../core/classifier/port.js';
import { badFramePolicies } from '../core/consume/reject.js';
import { groupFlags, storeFlags, storeLayoutFlags, topicFlags } from './connections.js';
import { metricsFlags } from './metrics.js';
import { presetFlags } from './preset.js';
import { servingFlags } from './serving.js';
import { stackFlags } from './stack.js';
import { stallFlags } from './stall.js';

export const classifierFlags = {
  engine: Flags.option({
    description:
      'what runs the network: a library here, or a model server; auto takes what fits the model, and the fastest that loads',
    env: 'MVS_ENGINE',
    options: ['auto', ...engineNames] as const,
    default: 'auto' as const,
  })(),
  model: Flags.string({
    description:
      'name of a network (see "mvs models:list"), or path or URL of an ONNX file or TF.js folder with a model.yaml beside it, or URL of a served model (docs/serving.md)',
    env: 'MVS_MODEL',
    helpValue: 'NAME|PATH|URL',
    default: 'efficientnet-lite0',
  }),
  labels: Flags.string({
    env: 'MVS_LABELS',
    helpValue: 'FILE',
    description: 'labels file (JSON list) instead of the one of the model',
  }),
  cache: stackFlags.cache,
  ...servingFlags,
};

export const batchFlags = {
  ...presetFlags,
  ...storeLayoutFlags,
  threads: Flags.integer({
    description:
      'members of the consumer group, which read the partitions [default: one per partition, 3 at most]',
    env: 'MVS_THREADS',
    helpValue: 'N',
    min: 1,
    max: 256,
  }),
  workers: Flags.integer({
    description:
      'inference workers that all threads share, each with a network of its own [default: one per core]',
    env: 'MVS_WORKERS',
    helpValue: 'N',
    min: 1,
    max: 256,
  }),
  batch: Flags.integer({
    description: 'frames that are classified and stored together',
    env: 'MVS_BATCH',
    min: 1,
    max: 1024,
    default: 32,
  }),
  linger: Flags.integer({
    description: 'milliseconds until a partial batch goes ahead',
    env: 'MVS_LINGER',
    helpValue: 'MS',
    min: 0,
    max: 60_000,
    default: 500,
  }),
  'on-bad-frame': Flags.option({
    description:
      'a message that cannot be processed: dlq keeps it among the dead letters, skip drops it, stop ends',
    env: 'MVS_ON_BAD_FRAME',
    options: badFramePolicies,
    default: 'dlq' as const,
  })(),
  'session-timeout': Flags.integer({
    description: 'milliseconds after which a member that died loses its partitions to the others',
    env: 'MVS_SESSION_TIMEOUT',
    helpValue: 'MS',
    min: 1000,
    max: 300_000,
    default: 10_000,
  }),
  'top-k': Flags.integer({
    env: 'MVS_TOP_K',
    helpValue: 'N',
    description: 'predictions to keep of each frame [default: what the model says, else 1]',
    min: 1,
    max: 1000,
  }),
};

/** Of `mvs consume`. */
export const consumeFlags = {
  ...batchFlags,
  'until-drained': Flags.boolean({
    env: 'MVS_UNTIL_DRAINED',
    description: 'end when all that is in the topic now is stored',
  }),
  ...stallFlags,
  ...classifierFlags,
  ...topicFlags,
  ...groupFlags,
  ...storeFlags,
  ...metricsFlags,
};
