import { stat } from 'node:fs/promises';
import path from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { MvsError } from '../base/errors.js';
import { renameHint, type FileSource, type LiveSource, type Source } from './source.js';
import { quoted } from '../base/text.js';
import { fileProblem, readableSize, videosInFolder } from './files.js';
import { cameraOf, deviceOf, keepSecretsOf, liveKindOf, nameOfRun, type LiveInput } from './live.js';
import { stdinInput } from './stdin.js';
import { fileNameOf, shownInput, urlOf } from '../base/web-address.js';
import { videoNameProblem } from '../frames/video-name.js';

/**
 * The videos of one input.
 * @throws MvsError NO_INPUT; USAGE if a name is missing, or given for something that is not a single file
 */
export async function expandInput(
  input: string,
  name: string | undefined,
  recursive: boolean,
): Promise<Source[]> {
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
  return found.files.map((file) => (found.single ? namedFile(file, name) : foundFile(file)));
}

function liveSource(source: LiveInput, camera: string, name: string | undefined): LiveSource {
  const startedAt = new Date();
  const video = named(source.input, name ?? nameOfRun(camera, startedAt));
  return { kind: 'live', ...source, video, startedAt };
}

function namedFile(file: string, name = videoNameOf(file)): FileSource {
  return { kind: 'file', video: named(file, name), input: file };
}

/** A file of a folder or a glob. @throws MvsError NO_INPUT if its name is not allowed for a video. */
export function foundFile(file: string): FileSource {
  const how = { kind: 'file', found: true } as const;
  return { ...how, video: named(file, videoNameOf(file), renameHint(how)), input: file };
}

function nameOfStdin(name: string | undefined): string {
  if (name !== undefined) return name;
  throw new MvsError('USAGE', 'a video from stdin ("-") has no name of its own', {
    hint: 'Give it one: --name NAME, one for each input, in order.',
  });
}

/** An existing file with exactly this name has priority over the glob that the name could also be. */
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

/** Whether the text is not the path of a file: the lookup of a long or unusual pattern may fail with other codes than ENOENT. */
function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG' || code === 'EINVAL';
}

function named(input: string, name: string, hint = renameHint({ kind: 'file' })): string {
  const video = name.normalize('NFC');
  const problem = videoNameProblem(video);
  if (problem === undefined) return video;
  throw new MvsError('NO_INPUT', `${quoted(input)}: the video name ${quoted(video)} ${problem}`, { hint });
}

/** `asl hungry.v1.2.mkv` → `asl hungry.v1.2`. NFC, because macOS returns the same name in another encoding. */
export function videoNameOf(file: string): string {
  return path.parse(file).name.normalize('NFC');
}
