import { Flags } from '@oclif/core';
import type { ProduceOptions } from '../core/produce/outcome.js';
import { storeFlags, topicFlags } from './connections.js';
import { consumerFlags } from './consuming.js';
import { grouped } from './grouped.js';
import type { Infer } from './infer.js';
import { methodFlags, samplingOf, type Parsed } from './method.js';
import { metricsFlags } from './metrics.js';
import { presetFlags } from './preset.js';
import { readOptions, sourceFlags, watchFlags, type SourceFlags } from './sources.js';
import { stackFlags } from './stack.js';
import { stallFlags, type StallFlags } from './stall.js';

const publishFlags = grouped('PUBLISHING', {
  ...presetFlags,
  ...methodFlags,
  width: Flags.integer({
    helpGroup: 'FRAME',
    env: 'MVS_WIDTH',
    helpValue: 'N',
    description: 'scale frames down to this width, in pixels',
    min: 16,
    max: 16_384,
  }),
  quality: Flags.integer({
    helpValue: 'N',
    helpGroup: 'FRAME',
    env: 'MVS_QUALITY',
    description: 'JPEG quantiser: 2 is best, 31 is smallest',
    min: 2,
    max: 31,
    default: 3,
  }),
  'partition-by': Flags.option({
    env: 'MVS_PARTITION_BY',
    description: 'frame: balances the load over all consumers; video: keeps the order within a video',
    options: ['frame', 'video'] as const,
    default: 'frame' as const,
  })(),
  compression: Flags.option({
    env: 'MVS_COMPRESSION',
    description: 'compression of messages; JPEG does not get smaller',
    options: ['none', 'snappy'] as const,
    default: 'none' as const,
  })(),
  'stream-index': Flags.integer({
    env: 'MVS_STREAM_INDEX',
    helpValue: 'N',
    description:
      'index of the video stream to read, as ffprobe shows it [default: the first one that is not a single picture]',
    min: 0,
  }),
  realtime: Flags.boolean({
    helpGroup: 'FRAME',
    env: 'MVS_REALTIME',
    description: 'publish at the speed of the video, like a camera',
  }),
  'publish-linger': Flags.integer({
    description: 'milliseconds until a partial request is sent to the broker',
    env: 'MVS_PUBLISH_LINGER',
    helpValue: 'MS',
    min: 0,
    max: 60_000,
    default: 100,
  }),
  jobs: Flags.integer({
    helpValue: 'N',
    char: 'j',
    description: 'number of videos to read at a time',
    env: 'MVS_JOBS',
    min: 1,
    max: 64,
    default: 3,
  }),
});

/** Of `mvs produce`. */
export const produceFlags = {
  ...publishFlags,
  ...sourceFlags,
  ...watchFlags,
  ...stallFlags,
  ...topicFlags,
  // It only reads the database.
  store: {
    ...storeFlags.store,
    description:
      'MongoDB URL, to reject names that belong to other content [default: the local stack, else names are not checked]',
  },
  ...metricsFlags,
};

/** Of `mvs run`. */
export const runFlags = {
  ...publishFlags,
  // It knows the network.
  width: {
    ...publishFlags.width,
    description:
      'scale frames down to this width, in pixels [default: no larger than the input of the network]',
  },
  ...sourceFlags,
  ...consumerFlags,
  ...stackFlags,
};

export type PublishFlags = Infer<typeof publishFlags>;
type ProducerFlags = PublishFlags & SourceFlags & StallFlags;

/** @throws MvsError USAGE if two flags choose the frames */
export function produceOptions(
  parsed: Parsed<ProducerFlags>,
  context: Pick<ProduceOptions, 'signal' | 'log'>,
): ProduceOptions {
  const { width, quality, realtime, jobs, ...flags } = parsed.flags;
  return {
    ...context,
    samplingMethod: samplingOf(parsed),
    width,
    quality,
    realtime,
    jobs,
    streamIndex: flags['stream-index'],
    partitionBy: flags['partition-by'],
    lingerMs: flags['publish-linger'],
    ...readOptions(flags),
  };
}
