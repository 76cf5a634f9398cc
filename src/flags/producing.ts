import { Flags } from '@oclif/core';
import { groupFlags, storeFlags, topicFlags } from './connections.js';
import { batchFlags, classifierFlags } from './consuming.js';
import { methodFlags } from './method.js';
import { metricsFlags } from './metrics.js';
import { presetFlags } from './preset.js';
import { sourceFlags, watchFlags } from './sources.js';
import { stackFlags } from './stack.js';
import { stallFlags } from './stall.js';

const samplingFlags = {
  ...presetFlags,
  ...methodFlags,
  width: Flags.integer({
    env: 'MVS_WIDTH',
    helpValue: 'N',
    description: 'scale frames down to this many pixels across',
    min: 16,
    max: 16_384,
  }),
  quality: Flags.integer({
    env: 'MVS_QUALITY',
    description: 'JPEG quantiser: 2 is best, 31 is smallest',
    min: 2,
    max: 31,
    default: 3,
  }),
  'partition-by': Flags.option({
    env: 'MVS_PARTITION_BY',
    description: 'frame: even load on all consumers; video: order within a video',
    options: ['frame', 'video'] as const,
    default: 'frame' as const,
  })(),
  compression: Flags.option({
    env: 'MVS_COMPRESSION',
    description: 'of messages; JPEG does not get smaller',
    options: ['none', 'snappy'] as const,
    default: 'none' as const,
  })(),
  realtime: Flags.boolean({
    env: 'MVS_REALTIME',
    description: 'publish at the speed of the video, as a camera would',
  }),
  'publish-linger': Flags.integer({
    description: 'milliseconds until a partial request to the broker goes ahead',
    env: 'MVS_PUBLISH_LINGER',
    helpValue: 'MS',
    min: 0,
    max: 60_000,
    default: 100,
  }),
  jobs: Flags.integer({
    char: 'j',
    description: 'videos at a time',
    env: 'MVS_JOBS',
    min: 1,
    max: 64,
    default: 3,
  }),
  name: Flags.string({
    description: 'name of the video instead of its file name; once for each input, in order',
    multiple: true,
    multipleNonGreedy: true,
  }),
};

/** Of `mvs produce`. */
export const produceFlags = {
  ...samplingFlags,
  ...sourceFlags,
  ...watchFlags,
  ...stallFlags,
  ...topicFlags,
  // It asks the database, and writes nothing to it.
  store: {
    ...storeFlags.store,
    description:
      'MongoDB URL, to refuse names that belong to other content [default: the local stack, else nobody is asked]',
  },
  ...metricsFlags,
};

/** Of `mvs run`. */
export const runFlags = {
  ...samplingFlags,
  // It knows the network.
  width: {
    ...samplingFlags.width,
    description: 'scale frames down to this many pixels across [default: no larger than the network needs]',
  },
  ...batchFlags,
  ...sourceFlags,
  ...stallFlags,
  ...classifierFlags,
  ...stackFlags,
  ...topicFlags,
  ...groupFlags,
  ...storeFlags,
  ...metricsFlags,
};
