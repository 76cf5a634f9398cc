import { Flags } from '@oclif/core';
import { classifierFlags, modelFlag, workFlags } from './classifying.js';
import { storeFlags, topicFlags } from './connections.js';
import { grouped } from './grouped.js';
import type { Infer } from './infer.js';

/** Of `mvs relabel`. */
export const relabelFlags = {
  ...workFlags,
  ...classifierFlags,
  ...grouped('MODEL', { model: Flags.string({ ...modelFlag, required: true }) }),
  ...grouped('INPUT', {
    missing: Flags.boolean({
      description:
        'classify frames without a record only, even if others have fewer predictions than --top-k',
    }),
    'frames-from': Flags.option({
      description: 'where the frames come from: auto reads the topic, and then the source files',
      options: ['auto', 'topic', 'files'] as const,
      default: 'auto' as const,
    })(),
  }),
  ...topicFlags,
  ...storeFlags,
};

export type RelabelFlags = Infer<typeof relabelFlags>;
