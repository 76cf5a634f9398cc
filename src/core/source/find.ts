import { isInterruption, MvsError } from '../base/errors.js';
import { groupBy } from '../base/group-by.js';
import { silentLog, type Log } from '../base/log.js';
import { plural } from '../base/text.js';
import { shownInput } from '../base/web-address.js';
import { expandInput } from './expand.js';
import type { IsVideo } from './folder.js';
import { nameTaken, type NameForm } from './names.js';
import { notTakenNote } from './not-taken.js';
import { distinct } from './same-file.js';
import type { Source, SourceProblem } from './source.js';

export interface FindOptions {
  /** One for each input, in order; the inputs must be single files or URLs. */
  readonly names?: readonly string[] | undefined;
  /** What other videos are named after; the default is `file`. */
  readonly nameFrom?: NameForm;
  /** Folders include the videos in the folders below them. */
  readonly recursive?: boolean;
  /** Decides about files of a folder with unknown extensions; without it, they are not taken. */
  readonly isVideo?: IsVideo;
  readonly log?: Log;
}

export interface FoundSources {
  readonly sources: Source[];
  readonly problems: SourceProblem[];
}

/**
 * Turns files, folders (the video files in them), globs that the shell did not expand, URLs, stdin (`-`) and live sources into named
 * videos: inputs in the given order, the content of folders and globs by name. An input or file that does not work is returned as a
 * problem, so that the others can continue.
 *
 * @throws MvsError USAGE if there are names, but not one for each input, or a name for something that is not a single file;
 *   INTERRUPTED if a signal ended the search.
 */
export async function findSources(
  inputs: readonly string[],
  options: FindOptions = {},
): Promise<FoundSources> {
  const { names = [], nameFrom = 'file', recursive = false, log = silentLog } = options;
  const isVideo = options.isVideo ?? (() => Promise.resolve(false));
  checkInputs(inputs, names);
  const found: Source[] = [];
  const problems: SourceProblem[] = [];
  const notTaken: string[] = [];
  for (const [index, input] of inputs.entries()) {
    try {
      const expanded = await expandInput(input, { name: names[index], nameFrom, recursive, isVideo });
      found.push(...expanded.sources);
      problems.push(...(expanded.problems ?? []));
      notTaken.push(...(expanded.notTaken ?? []));
    } catch (error) {
      if (!(error instanceof MvsError) || error.code === 'USAGE' || isInterruption(error)) throw error;
      problems.push({ input: shownInput(input), error });
    }
  }
  const { sources, note } = await distinct(found, names.length > 0);
  for (const each of [note, notTakenNote(notTaken)]) if (each !== undefined) log.info(each);
  const named = refuseSharedNames(sources, nameFrom);
  return { sources: named.sources, problems: [...problems, ...named.problems] };
}

function checkInputs(inputs: readonly string[], names: readonly string[]): void {
  if (inputs.filter((input) => input === '-').length > 1) {
    throw new MvsError('USAGE', 'stdin ("-") can be read only once', { hint: 'Give "-" once.' });
  }
  if (names.length === 0 || names.length === inputs.length) return;
  const given = `${plural(names.length, 'name')} for ${plural(inputs.length, 'input')}`;
  throw new MvsError('USAGE', `there must be one --name for each input, but there are ${given}`, {
    hint: 'Give one --name per file, in the order of the files, or none.',
  });
}

/** Two files with one name would be one video with two contents, so neither is accepted. */
function refuseSharedNames(sources: readonly Source[], nameFrom: NameForm): FoundSources {
  const byName = groupBy(sources, ({ video }) => video);
  const problems = [...byName]
    .filter(([, sharing]) => sharing.length > 1)
    .map(([video, sharing]) => {
      return { input: sharing.at(-1)?.input ?? video, error: nameTaken(video, sharing, nameFrom) };
    });
  return { sources: sources.filter((source) => byName.get(source.video)?.length === 1), problems };
}
