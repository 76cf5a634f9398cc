import { Flags } from '@oclif/core';
import { storeFlags } from './connections.js';
import { methodFlags } from './method.js';
import { presetFlags } from './preset.js';

export const samplingFlags = {
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

/** For commands that know the network. */
export const usefulSamplingFlags = {
  ...samplingFlags,
  width: {
    ...samplingFlags.width,
    description: 'scale frames down to this many pixels across [default: no larger than the network needs]',
  },
};

/** For commands that ask the database and write nothing to it. */
export const ownerFlags = {
  store: {
    ...storeFlags.store,
    description:
      'MongoDB URL, to refuse names that belong to other content [default: the local stack, else nobody is asked]',
  },
};
