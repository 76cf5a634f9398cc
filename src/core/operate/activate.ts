import pMap from 'p-map';
import { MvsError } from '../base/errors.js';
import { shellWord } from '../base/shell.js';
import { plural, quoted } from '../base/text.js';
import { chooseVersion, versionId } from '../frames/model-version.js';
import type { RecordStore, StoredVersion } from '../store/port.js';

/** Frames of a video that the active version has and another one lacks. */
interface LackingVideo {
  readonly video: string;
  readonly frames: number;
}

interface Activation {
  readonly version: StoredVersion;
  /** The version that is active now. */
  readonly before: StoredVersion | undefined;
  /** Only the videos that lack frames. */
  readonly lacking: readonly LackingVideo[];
}

/** The number of videos that are compared concurrently. */
const concurrency = 4;
/** More videos than this are not named in a message. */
const maxNamed = 10;

/**
 * Compares a version with the active one: every frame that the active one has stored must be stored by the other too.
 * @throws MvsError NO_SUCH_MODEL, USAGE; the signal's reason when it is aborted
 */
export async function surveyActivation(
  store: RecordStore,
  wanted: string,
  signal: AbortSignal,
): Promise<Activation> {
  const versions = await store.versions();
  const version = chooseVersion(versions, wanted);
  const before = versions.find(({ active }) => active);
  if (before === undefined || version.active) return { version, before, lacking: [] };
  const [has, other] = [store.of(before), store.of(version)];
  const compared = await pMap(
    await store.videos(),
    async ({ video }) => {
      const frames = await countLacking(has.frameNumbers(video), other.frameNumbers(video), signal);
      return { video, frames };
    },
    { concurrency },
  );
  return { version, before, lacking: compared.filter(({ frames }) => frames > 0) };
}

/** How many of the distinct numbers of one ascending sequence another one lacks. Keeps one number of each in memory. */
async function countLacking(
  numbers: AsyncIterable<number>,
  others: AsyncIterable<number>,
  signal: AbortSignal,
): Promise<number> {
  const found = others[Symbol.asyncIterator]();
  let [count, last, next] = [0, NaN, await nextOf(found)];
  for await (const number of numbers) {
    signal.throwIfAborted();
    while (next < number) next = await nextOf(found);
    if (next !== number && last !== number) count += 1;
    last = number;
  }
  await found.return?.();
  return count;
}

async function nextOf(numbers: AsyncIterator<number>): Promise<number> {
  const next = await numbers.next();
  return next.done === true ? Infinity : next.value;
}

/** What the version lacks, in one sentence. */
export function describeLacking({ version, before, lacking }: Activation): string {
  const total = lacking.reduce((sum, { frames }) => sum + frames, 0);
  const named = lacking.slice(0, maxNamed).map(({ video, frames }) => `${quoted(video)} (${frames})`);
  const more = lacking.length > maxNamed ? ` and ${lacking.length - maxNamed} more` : '';
  const which = `${plural(total, 'frame')} of ${plural(lacking.length, 'video')}`;
  const than = before === undefined ? 'the active version' : versionId(before);
  return `${versionId(version)} lacks ${which} that ${than} has: ${named.join(', ')}${more}`;
}

/** The error for a version that lacks frames. */
export function incompleteVersion(activation: Activation): MvsError {
  const name = shellWord(activation.version.name);
  return new MvsError('INCOMPLETE', describeLacking(activation), {
    hint: `Store them with "mvs relabel --model ${name}", or with "mvs consume --model ${name}" and a new --group while the topic still has them. --force activates the version as it is.`,
  });
}
