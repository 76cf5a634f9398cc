import { Flags } from '@oclif/core';
import { MvsError } from '../core/base/errors.js';
import type { Model } from '../core/classifier/model.js';
import type { ConsumeOptions } from '../core/consume/consume.js';
import { badFramePolicies } from '../core/consume/reject.js';
import { classifierFlags, defaultModel, modelFlag, workFlags } from './classifying.js';
import { groupFlags, storeFlags, storeLayoutFlags, topicFlags } from './connections.js';
import { grouped } from './grouped.js';
import type { Infer } from './infer.js';
import { metricsFlags } from './metrics.js';
import { presetFlags } from './preset.js';
import { stallFlags, stallTimeout } from './stall.js';

const memberFlags = grouped('CONSUMER', {
  ...presetFlags,
  ...storeLayoutFlags,
  threads: Flags.integer({
    description:
      'members of the consumer group, which read the partitions [default: one per partition, at most 3]',
    env: 'MVS_THREADS',
    helpValue: 'N',
    min: 1,
    max: 256,
  }),
  workers: workFlags.workers,
  device: workFlags.device,
  batch: workFlags.batch,
  linger: Flags.integer({
    description: 'milliseconds until a partial batch is processed',
    env: 'MVS_LINGER',
    helpValue: 'MS',
    min: 0,
    max: 60_000,
    default: 500,
  }),
  'on-bad-frame': Flags.option({
    description:
      'what happens to a message that cannot be processed: dlq makes it a dead letter, skip drops it, stop ends the command',
    env: 'MVS_ON_BAD_FRAME',
    options: badFramePolicies,
    default: 'dlq' as const,
  })(),
  'session-timeout': Flags.integer({
    description: 'milliseconds until the partitions of a dead member go to the others',
    env: 'MVS_SESSION_TIMEOUT',
    helpValue: 'MS',
    min: 1000,
    max: 300_000,
    default: 10_000,
  }),
  'top-k': workFlags['top-k'],
});

/** Consumers may use several networks. */
const networkFlags = {
  ...classifierFlags,
  ...grouped('MODEL', {
    model: Flags.string({
      ...modelFlag,
      description: `${modelFlag.description}; repeat it to classify each frame with several`,
      multiple: true,
      multipleNonGreedy: true,
      default: [defaultModel],
    }),
  }),
};

/** What `mvs consume` and `mvs run` have in common. */
export const consumerFlags = {
  ...memberFlags,
  ...stallFlags,
  ...networkFlags,
  ...topicFlags,
  ...groupFlags,
  ...storeFlags,
  ...metricsFlags,
};

/** Of `mvs consume`. */
export const consumeFlags = {
  ...consumerFlags,
  'until-drained': Flags.boolean({
    helpGroup: 'CONSUMER',
    env: 'MVS_UNTIL_DRAINED',
    description: 'end when everything that is in the topic now is stored',
  }),
};

export type ConsumerFlags = Infer<typeof consumerFlags>;

/** The networks that the flags name, each once. @throws MvsError USAGE */
export function modelsOf({ model, labels }: Pick<ConsumerFlags, 'model' | 'labels'>): readonly string[] {
  // A variable gives one text, even where a flag may be repeated.
  const models = [model].flat();
  const twice = models.find((name, n) => models.indexOf(name) !== n);
  if (twice !== undefined) throw new MvsError('USAGE', `--model ${twice} is given twice`);
  if (labels === undefined || models.length === 1) return models;
  throw new MvsError('USAGE', '--labels cannot be used with several models', {
    hint: 'Name the labels of each model in its model.yaml.',
  });
}

/** The number of predictions to store for a network. */
export function topKOf(flags: Pick<ConsumerFlags, 'top-k'>, model: Pick<Model, 'topK'>): number {
  return flags['top-k'] ?? model.topK ?? 1;
}

interface ConsumeContext {
  readonly model: Pick<Model, 'topK'>;
  /** How many members to start: --threads may leave it open. */
  readonly members: number;
  readonly signal: AbortSignal;
}

export function consumeOptions(
  flags: ConsumerFlags,
  { model, members, signal }: ConsumeContext,
): ConsumeOptions {
  return {
    members,
    signal,
    group: flags.group,
    batchSize: flags.batch,
    lingerMs: flags.linger,
    topK: topKOf(flags, model),
    sessionTimeoutMs: flags['session-timeout'],
    stallTimeoutMs: stallTimeout(flags),
    onBadFrame: flags['on-bad-frame'],
  };
}
