import type { Dirent } from 'node:fs';
import path from 'node:path';
import { glob, type FileSystemAdapter } from 'tinyglobby';
import { quoted } from '../base/text.js';
import { MvsError } from '../base/errors.js';
import { entriesOf, type Entry } from './entries.js';
import { fileProblem } from './files.js';
import type { SourceProblem } from './source.js';

interface Matches {
  readonly files: string[];
  /** Folders that the pattern leads into, and matching files, that cannot be read. */
  readonly problems: SourceProblem[];
}

/** The files that match, by name. @throws MvsError NO_INPUT if there is none. */
export async function filesOfGlob(pattern: string): Promise<Matches> {
  const portable = path.sep === '\\' ? pattern.replaceAll('\\', '/') : pattern;
  // As the user gave it: relative or not.
  const shown = (file: string): string =>
    path.isAbsolute(pattern) ? path.resolve(file) : path.relative(process.cwd(), file) || '.';
  const reader = new Reader(shown);
  const options = { onlyFiles: true, expandDirectories: false, fs: reader.fs };
  const matches = (await glob(portable, options)).sort();
  for (const file of matches) reader.report(shown(file));
  const problems = [...reader.reported].map(([input, error]) => ({ input, error }));
  const files = matches.filter((file) => !reader.reported.has(shown(file)));
  if (matches.length > 0 || problems.length > 0) return { files, problems };
  throw new MvsError('NO_INPUT', `No file matches ${quoted(pattern)}`, {
    hint: 'Check the pattern and the current folder.',
  });
}

/** The folder that the files of a pattern are in: `a/b` for `a/b/*.mp4`. */
export function folderOfGlob(pattern: string): string {
  const fixed = pattern.slice(0, pattern.search(/[*?[{(]/));
  const parts = fixed.split(/[/\\]/).slice(0, -1);
  return parts.length === 1 && parts[0] === '' ? '/' : parts.join('/');
}

/** Reads folders for the library, which would skip what it cannot read. */
class Reader {
  readonly reported = new Map<string, MvsError>();
  /** A problem only if the pattern leads there. */
  readonly #problems = new Map<string, MvsError>();

  constructor(readonly shown: (folder: string) => string) {}

  get fs(): FileSystemAdapter {
    const readdir = (
      folder: string,
      _options: unknown,
      done: (error: null, entries: readonly Partial<Dirent>[]) => void,
    ): void => {
      void this.#read(this.shown(folder)).then((entries) => {
        done(null, entries);
      });
    };
    return { readdir: readdir as unknown as NonNullable<FileSystemAdapter['readdir']> };
  }

  report(file: string): void {
    const problem = this.#problems.get(file);
    if (problem) this.reported.set(file, problem);
  }

  async #read(folder: string): Promise<Partial<Dirent>[]> {
    this.report(folder);
    if (this.#problems.has(folder)) return [];
    try {
      return (await entriesOf(folder)).flatMap((entry) => this.#asDirents(folder, entry));
    } catch (error) {
      // It was removed, or the pattern does not match anything.
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'ENOTDIR') this.reported.set(folder, fileProblem(folder, error));
      return [];
    }
  }

  /** What cannot be read is there all the same, and where a link cannot be followed, it may be one to a folder. */
  #asDirents(folder: string, { name, kind, isLink, problem }: Entry): Partial<Dirent>[] {
    if (problem) this.#problems.set(path.join(folder, name), problem);
    if (isLink && !problem) return [direntOf(name, 'isSymbolicLink')];
    if (kind === 'folder') return [direntOf(name, 'isDirectory')];
    const file = direntOf(name, 'isFile');
    return kind === 'hidden' ? [file, direntOf(name, 'isDirectory')] : [file];
  }
}

function direntOf(name: string, is: 'isFile' | 'isDirectory' | 'isSymbolicLink'): Partial<Dirent> {
  const no = (): boolean => false;
  return { name, isFile: no, isDirectory: no, isSymbolicLink: no, [is]: () => true };
}
