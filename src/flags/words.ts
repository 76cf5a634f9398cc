import { Flags } from '@oclif/core';
import { MvsError } from '../core/base/errors.js';
import type { Words } from '../core/answers/understand.js';
import type { FrameFilter } from '../core/store/port.js';
import type { Infer } from './infer.js';

const helpGroup = 'FILTER';
/** Each place is a condition of the query. */
const maxRank = 50;

const words = Flags.custom({
  helpGroup,
  helpValue: 'TEXT',
  parse: (input) => Promise.resolve(notEmpty(input)),
});

export const wordFlags = {
  label: words({
    description:
      'frames that show this: a concept (dog: every breed), words of a label ("persian cat"), or a pattern (*terrier*); several mean any of them; "mvs labels" lists what is known',
    multiple: true,
    multipleNonGreedy: true,
  }),
  'not-label': words({
    description: 'no frames that show this',
    multiple: true,
    multipleNonGreedy: true,
  }),
  rank: Flags.integer({
    helpGroup,
    description:
      'look for --label among the first N predictions of each frame, if "mvs consume --top-k" stored them [default: 1]',
    helpValue: 'N',
    min: 1,
    max: maxRank,
  }),
  sum: Flags.boolean({
    helpGroup,
    description:
      'add up the probability of all stored predictions that fit --label (five breeds at 15 % are a dog at 75 %); --min-confidence is for the sum',
  }),
};

export function wordsOf(flags: Pick<Infer<typeof wordFlags>, 'label' | 'not-label'>): Words {
  return { labels: flags.label ?? [], notLabels: flags['not-label'] ?? [] };
}

/** @throws MvsError USAGE if there is nothing to look for among the predictions */
export function rankOf({
  label,
  rank,
  sum,
  ...flags
}: Infer<typeof wordFlags>): Pick<FrameFilter, 'rank' | 'sum'> {
  const flag = sum ? '--sum' : rank === undefined ? undefined : '--rank';
  if (flag !== undefined && label === undefined && (sum || flags['not-label'] === undefined)) {
    throw new MvsError('USAGE', `${flag} needs a --label to look for`, {
      hint: `Add one: --label dog ${flag === '--sum' ? flag : `${flag} ${rank ?? ''}`}.`,
    });
  }
  return { ...(rank === undefined ? {} : { rank }), ...(sum ? { sum } : {}) };
}

function notEmpty(text: string): string {
  if (text.trim() !== '') return text;
  throw new MvsError('USAGE', 'the label to search for is empty', {
    hint: 'Name what to look for: --label dog.',
  });
}
