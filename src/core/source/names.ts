import path from 'node:path';
import { MvsError } from '../base/errors.js';
import { quoted } from '../base/text.js';
import { decoded, fileNameOf } from '../base/web-address.js';
import { videoNameProblem } from '../frames/video-name.js';
import { stemOf } from './folder.js';
import type { Source } from './source.js';

/** What a video is named after: its file name, or its path below the folder that was given. */
export const nameForms = ['file', 'path'] as const;
export type NameForm = (typeof nameForms)[number];

/** `asl hungry.v1.2.mkv` → `asl hungry.v1.2`. NFC, because macOS returns the same name in another encoding. */
export function videoNameOf(file: string): string {
  return path.parse(file).name.normalize('NFC');
}

/** `camera/hour/00.00.mp4` → `hour/00.00`, below the folder `camera` */
export function pathNameOf(file: string, folder: string): string {
  const below = folder === '' ? path.normalize(file) : path.relative(folder, file);
  const stem = stemOf(below.slice(path.parse(below).root.length));
  return stem.replaceAll(path.sep, '/').normalize('NFC');
}

export function nameOfUrl(url: URL, form: NameForm): string {
  if (form === 'file') return videoNameOf(fileNameOf(url));
  return pathNameOf(decoded(url.pathname), '');
}

/** @throws MvsError NO_INPUT if a video cannot have this name. */
export function checkedName(input: string, name: string, hint: string): string {
  const video = name.normalize('NFC');
  const problem = videoNameProblem(video);
  if (problem === undefined) return video;
  throw new MvsError('NO_INPUT', `${quoted(input)}: the video name ${quoted(video)} ${problem}`, { hint });
}

/** The error for several inputs that would be one video. */
export function nameTaken(video: string, sharing: readonly Source[], form: NameForm): MvsError {
  const [shown, more] = [sharing.slice(0, 3), sharing.length - 3];
  const all = [...shown.map(({ input }) => quoted(input)), ...(more > 0 ? [`${more} more`] : [])].join(
    ' and ',
  );
  const ways = [
    ...byPath(sharing, form),
    sharing.every((source) => source.kind === 'file' && source.found)
      ? 'rename the files'
      : 'one --name per file, in the order of the files',
  ];
  return new MvsError('NAME_TAKEN', `${all} would all be the video ${quoted(video)}`, {
    hint: `Give them different names: ${ways.join(', or ')}.`,
  });
}

/** How paths would give them different names, if they would. */
function byPath(sharing: readonly Source[], form: NameForm): string[] {
  const differ = (nameOf: (source: Source) => string): boolean =>
    sharing.every(({ kind }) => kind === 'file' || kind === 'url') &&
    new Set(sharing.map(nameOf)).size === sharing.length;
  if (form === 'file' && differ(pathNameOfSource)) return ['--name-from path'];
  // Below different inputs, they have the same path.
  if (differ(({ input }) => pathNameOf(input, '')))
    return ['the folder above them as input, with --recursive --name-from path'];
  return [];
}

function pathNameOfSource(source: Source): string {
  return source.kind === 'file' ? source.pathName : pathNameOf(source.input, '');
}
