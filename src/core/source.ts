import { stat } from 'node:fs/promises';
import path from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { MvsError } from './errors.js';
import { groupBy } from './group-by.js';
import { fileProblem, quoted, readableSize, videosInFolder } from './source-files.js';
import { cameraOf, deviceOf, keepSecretsOf, liveKindOf, nameOfRun, type LiveInput } from './source-live.js';
import { stdinInput } from './source-stdin.js';
import { fileNameOf, shownInput, urlOf } from './source-url.js';
import { videoNameProblem } from './video-name.js';

/** Where a video comes from. */
export type Source = FileSource | UrlSource | StdinSource | LiveSource;

interface NamedSource {
  /** Name of the video: file name without its last extension, or as given by `--name`; NFC. */
  readonly video: string;
  /** Shown, sent and stored: the path as the user gave it, or relative to a folder or glob; a URL without its secrets. */
  readonly input: string;
}

export interface FileSource extends NamedSource {
  readonly kind: 'file';
}

export interface UrlSource extends NamedSource {
  readonly kind: 'url';
  /** `http:` or `https:`; may hold user, password and other secrets. */
  readonly url: URL;
}

export interface LiveSource extends NamedSource, LiveInput {
  readonly kind: 'live';
  readonly startedAt: Date;
}

export interface StdinSource extends NamedSource {
  readonly kind: 'stdin';
}

export interface SourceProblem {
  /** The argument as the user gave it; a URL without its secrets. */
  readonly input: string;
  readonly error: MvsError;
}

export interface FindOptions {
  /** For the first input, the second, …; those inputs must be single files or URLs. */
  readonly names?: readonly string[] | undefined;
  /** Folders stand for the videos in the folders below them too. */
  readonly recursive?: boolean;
}

export interface FoundSources {
  readonly sources: Source[];
  readonly problems: SourceProblem[];
}

/**
 * Files, folders (the video files in them), globs that the shell left alone, URLs, stdin (`-`) and live sources, as named
 * videos: inputs in the order given, what is inside folders and globs by name. An input that does not work is a problem and not a
 * failure, so that the others can go on.
 *
 * @throws MvsError USAGE where there are more names than inputs, or a name for something that is not a single file.
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
      for (const source of await expand(input, names[index], recursive)) {
        // A glob and a folder may both find a file: the same file under the same name is one video.
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

/** `asl hungry.v1.2.mkv` → `asl hungry.v1.2`. NFC, because macOS hands out the same name in another spelling. */
export function videoNameOf(file: string): string {
  return path.parse(file).name.normalize('NFC');
}

function placeOf(source: Source): string {
  if (source.kind === 'url') return source.url.href;
  if (source.kind === 'live') return source.address;
  return source.kind === 'stdin' ? '-' : path.resolve(source.input);
}

async function expand(input: string, name: string | undefined, recursive: boolean): Promise<Source[]> {
  if (input === '-')
    return [{ kind: 'stdin', video: named(stdinInput, nameOfStdin(name)), input: stdinInput }];
  const device = await deviceOf(input);
  if (device !== undefined)
    return [liveSource({ input, live: 'device', address: device }, path.basename(device), name)];
  const url = urlOf(input);
  const live = url && liveKindOf(url);
  if (live) {
    keepSecretsOf(url);
    const address = { input: shownInput(input), live, address: url.href };
    return [liveSource(address, cameraOf(url), name)];
  }
  if (url) {
    const shown = shownInput(input);
    return [{ kind: 'url', video: named(shown, name ?? videoNameOf(fileNameOf(url))), input: shown, url }];
  }
  const found = await filesOf(input, recursive);
  if (name !== undefined && !found.single) {
    throw new MvsError(
      'USAGE',
      `--name ${quoted(name)} is for one file, but ${quoted(input)} may be several`,
      {
        hint: 'Use --name with files only; videos of folders and globs are named after their files.',
      },
    );
  }
  return found.files.map((file) => fileSource(file, name));
}

function liveSource(source: LiveInput, camera: string, name: string | undefined): LiveSource {
  const startedAt = new Date();
  const video = named(source.input, name ?? nameOfRun(camera, startedAt));
  return { kind: 'live', ...source, video, startedAt };
}

/** @throws MvsError NO_INPUT where no video can have its name. */
export function fileSource(file: string, name = videoNameOf(file)): FileSource {
  return { kind: 'file', video: named(file, name), input: file };
}

function nameOfStdin(name: string | undefined): string {
  if (name !== undefined) return name;
  throw new MvsError('USAGE', 'a video from stdin ("-") has no name of its own', {
    hint: 'Give it one: --name NAME, one for each input, in order.',
  });
}

/** What exists under exactly this name wins over the glob that the name could also be read as. */
async function filesOf(input: string, recursive: boolean): Promise<{ files: string[]; single: boolean }> {
  try {
    const stats = await stat(input);
    if (stats.isDirectory()) return { files: await videosInFolder(input, recursive), single: false };
    await readableSize(input);
    return { files: [input], single: true };
  } catch (error) {
    if (isMissing(error) && isDynamicPattern(input))
      return { files: await filesOfGlob(input), single: false };
    throw fileProblem(input, error);
  }
}

async function filesOfGlob(pattern: string): Promise<string[]> {
  const portable = path.sep === '\\' ? pattern.replaceAll('\\', '/') : pattern;
  const files = await glob(portable, { onlyFiles: true, expandDirectories: false });
  if (files.length > 0) return files.sort();
  throw new MvsError('NO_INPUT', `No file matches ${quoted(pattern)}`, {
    hint: 'Check the pattern and the current folder.',
  });
}

/** Any failed look-up of the whole text as a path: a long or odd pattern may fail otherwise than with ENOENT. */
function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG' || code === 'EINVAL';
}

function named(input: string, name: string): string {
  const video = name.normalize('NFC');
  const problem = videoNameProblem(video);
  if (problem === undefined) return video;
  throw new MvsError('NO_INPUT', `${quoted(input)}: the video name ${quoted(video)} ${problem}`, {
    hint: 'Give it another name with --name.',
  });
}

/** Two files with one name would be one video with two contents, so none of them goes on. */
function refuseSharedNames(sources: readonly Source[]): FoundSources {
  const byName = groupBy(sources, ({ video }) => video);
  const problems = [...byName]
    .filter(([, sharing]) => sharing.length > 1)
    .map(([video, sharing]) => {
      const inputs = sharing.map((source) => source.input);
      return { input: inputs.at(-1) ?? video, error: nameTaken(video, inputs) };
    });
  return { sources: sources.filter((source) => byName.get(source.video)?.length === 1), problems };
}

/** Several inputs that would be one video. */
export function nameTaken(video: string, inputs: readonly string[]): MvsError {
  const [shown, more] = [inputs.slice(0, 3), inputs.length - 3];
  const all = [...shown.map(quoted), ...(more > 0 ? [`${more} more`] : [])].join(' and ');
  const message = `${all} would all be the video ${quoted(video)}`;
  const hint = 'Give them different names: one --name per file, in the order of the files.';
  return new MvsError('NAME_TAKEN', message, { hint });
}
