import path from 'node:path';
import { MvsError } from '../base/errors.js';
import { expandInput } from './expand.js';
import { groupBy } from '../base/group-by.js';
import type { Source, SourceProblem } from './source.js';
import { quoted } from '../base/text.js';
import { shownInput } from '../base/web-address.js';

export interface FindOptions {
  /** For the first input, the second, …; these inputs must be single files or URLs. */
  readonly names?: readonly string[] | undefined;
  /** Folders include the videos in the folders below them. */
  readonly recursive?: boolean;
}

export interface FoundSources {
  readonly sources: Source[];
  readonly problems: SourceProblem[];
}

/**
 * Turns files, folders (the video files in them), globs that the shell did not expand, URLs, stdin (`-`) and live sources into named
 * videos: inputs in the given order, the content of folders and globs by name. An input that does not work is returned as a
 * problem, so that the others can continue.
 *
 * @throws MvsError USAGE if there are more names than inputs, or a name for something that is not a single file.
 */
export async function findSources(
  inputs: readonly string[],
  { names = [], recursive = false }: FindOptions = {},
): Promise<FoundSources> {
  if (inputs.filter((input) => input === '-').length > 1) {
    throw new MvsError('USAGE', 'stdin ("-") can be read only once', { hint: 'Give "-" once.' });
  }
  if (names.length > inputs.length) {
    throw new MvsError('USAGE', `${names.length} names for ${inputs.length} inputs`, {
      hint: 'Give one --name per file, in the order of the files.',
    });
  }
  const sources = new Map<string, Source>();
  const problems: SourceProblem[] = [];
  for (const [index, input] of inputs.entries()) {
    try {
      for (const source of await expandInput(input, names[index], recursive)) {
        // A glob and a folder may find the same file: under the same name it is one video.
        sources.set(`${source.video}\0${placeOf(source)}`, source);
      }
    } catch (error) {
      if (!(error instanceof MvsError) || error.code === 'USAGE') throw error;
      problems.push({ input: shownInput(input), error });
    }
  }
  const named = refuseSharedNames([...sources.values()]);
  return { sources: named.sources, problems: [...problems, ...named.problems] };
}

function placeOf(source: Source): string {
  if (source.kind === 'url') return source.url.href;
  if (source.kind === 'live') return source.address;
  return source.kind === 'stdin' ? '-' : path.resolve(source.input);
}

/** Two files with one name would be one video with two contents, so neither is accepted. */
function refuseSharedNames(sources: readonly Source[]): FoundSources {
  const byName = groupBy(sources, ({ video }) => video);
  const problems = [...byName]
    .filter(([, sharing]) => sharing.length > 1)
    .map(([video, sharing]) => {
      return { input: sharing.at(-1)?.input ?? video, error: nameTaken(video, sharing) };
    });
  return { sources: sources.filter((source) => byName.get(source.video)?.length === 1), problems };
}

/** The error for several inputs that would be one video. */
export function nameTaken(video: string, sharing: readonly Source[]): MvsError {
  const [shown, more] = [sharing.slice(0, 3), sharing.length - 3];
  const all = [...shown.map(({ input }) => quoted(input)), ...(more > 0 ? [`${more} more`] : [])].join(
    ' and ',
  );
  const message = `${all} would all be the video ${quoted(video)}`;
  const hint = sharing.every((source) => source.kind === 'file' && source.found)
    ? 'Give them different names: rename the files.'
    : 'Give them different names: one --name per file, in the order of the files.';
  return new MvsError('NAME_TAKEN', message, { hint });
}
