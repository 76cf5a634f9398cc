import { stat } from 'node:fs/promises';
import path from 'node:path';
import { MvsError } from '../base/errors.js';
import { quoted } from '../base/text.js';
import { shownInput, urlOf } from '../base/web-address.js';
import { fileProblem, readableSize } from './files.js';
import { videosInFolder, type IsVideo } from './folder.js';
import { filesOfGlob, globOf } from './glob.js';
import { cameraOf, deviceOf, keepSecretsOf, liveKindOf, nameOfRun, type LiveInput } from './live.js';
import { checkedName, nameOfUrl, pathNameOf, videoNameOf, type NameForm } from './names.js';
import { renameHint, type FileSource, type LiveSource, type Source, type SourceProblem } from './source.js';
import { stdinInput } from './stdin.js';

export interface ExpandOptions {
  /** From `--name`. */
  readonly name: string | undefined;
  readonly nameFrom: NameForm;
  readonly recursive: boolean;
  readonly isVideo: IsVideo;
}

/** What an input stands for. */
interface Expanded {
  readonly sources: readonly Source[];
  /** With single files of it. */
  readonly problems?: readonly SourceProblem[];
  /** The other files of a folder. */
  readonly notTaken?: readonly string[];
}

/**
 * The videos of one input.
 * @throws MvsError NO_INPUT; USAGE if a name is missing, or given for something that is not a single file
 */
export async function expandInput(input: string, options: ExpandOptions): Promise<Expanded> {
  const { name, nameFrom } = options;
  if (input === '-') return { sources: [stdinSource(name)] };
  const device = await deviceOf(input);
  if (device !== undefined)
    return { sources: [liveSource({ input, live: 'device', address: device }, path.basename(device), name)] };
  const url = urlOf(input);
  if (!url) return expandPath(input, options);
  const shown = shownInput(input);
  const live = liveKindOf(url);
  if (live) {
    keepSecretsOf(url);
    return { sources: [liveSource({ input: shown, live, address: url.href }, cameraOf(url), name)] };
  }
  return {
    sources: [{ kind: 'url', video: named(shown, name ?? nameOfUrl(url, nameFrom)), input: shown, url }],
  };
}

function liveSource(source: LiveInput, camera: string, name: string | undefined): LiveSource {
  const startedAt = new Date();
  const video = named(source.input, name ?? nameOfRun(camera, startedAt));
  return { kind: 'live', ...source, video, startedAt };
}

function stdinSource(name: string | undefined): Source {
  if (name !== undefined) return { kind: 'stdin', video: named(stdinInput, name), input: stdinInput };
  throw new MvsError('USAGE', 'a video from stdin ("-") has no name of its own', {
    hint: 'Give it one: --name NAME, one for each input, in order.',
  });
}

/** A file, a folder or a glob. An existing file with exactly this name has priority over the glob that the name could also be. */
async function expandPath(input: string, options: ExpandOptions): Promise<Expanded> {
  const { name, nameFrom, recursive, isVideo } = options;
  const glob = globOf(input);
  try {
    const stats = await stat(input);
    if (!stats.isDirectory()) {
      await readableSize(input);
      const pathName = pathNameOf(input, '');
      const video = named(input, name ?? (nameFrom === 'path' ? pathName : videoNameOf(input)));
      return { sources: [{ kind: 'file', video, input, pathName }] };
    }
    mustBeUnnamed(input, name);
    const { files, problems, notTaken } = await videosInFolder(input, recursive, isVideo);
    return { ...foundFiles(files, problems, input, nameFrom), notTaken };
  } catch (error) {
    if (!isMissing(error) || !glob) throw fileProblem(input, error);
  }
  mustBeUnnamed(input, name);
  const { files, problems } = await filesOfGlob(input, glob);
  return foundFiles(files, problems, glob.folder, nameFrom);
}

function mustBeUnnamed(input: string, name: string | undefined): void {
  if (name === undefined) return;
  throw new MvsError('USAGE', `--name ${quoted(name)} is for one file, but ${quoted(input)} may be several`, {
    hint: 'Use --name with files only; videos of folders and globs are named after their files, or with --name-from path after their paths.',
  });
}

/** A file that cannot be a video is a problem of that file only. */
function foundFiles(
  files: readonly string[],
  problems: readonly SourceProblem[],
  folder: string,
  nameFrom: NameForm,
): Expanded {
  const sources: Source[] = [];
  const all = [...problems];
  for (const file of files) {
    try {
      sources.push(foundFile(file, folder, nameFrom));
    } catch (error) {
      all.push({ input: file, error: fileProblem(file, error) });
    }
  }
  return { sources, problems: all };
}

/** A file of a folder or a glob. @throws MvsError NO_INPUT if its name is not allowed for a video. */
export function foundFile(file: string, folder: string, nameFrom: NameForm): FileSource {
  const how = { kind: 'file', found: true } as const;
  const pathName = pathNameOf(file, folder);
  const name = nameFrom === 'path' ? pathName : videoNameOf(file);
  return { ...how, video: checkedName(file, name, renameHint(how)), input: file, pathName };
}

/** Whether the text is not the path of a file: the lookup of a long or unusual pattern may fail with other codes than ENOENT. */
function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG' || code === 'EINVAL';
}

function named(input: string, name: string): string {
  return checkedName(input, name, renameHint({ kind: 'file' }));
}
