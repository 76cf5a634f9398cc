import type { Dirent } from 'node:fs';
import path from 'node:path';
import { glob, isDynamicPattern, type FileSystemAdapter } from 'tinyglobby';
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

/** A pattern that files below a folder match. */
interface Glob {
  /** `a/b` for `a/b/*.mp4`; empty for the current one. */
  readonly folder: string;
  readonly pattern: string;
}

/** Undefined if the text is no pattern. */
export function globOf(text: string): Glob | undefined {
  const portable = path.sep === '\\' ? text.replaceAll('\\', '/') : text;
  const [fixed = ''] = /^(?:\\.|[^*?[{(\\])*/s.exec(portable) ?? [];
  const end = fixed.lastIndexOf('/') + 1;
  const pattern = portable.slice(end);
  if (!isDynamicPattern(pattern)) return undefined;
  const folder = fixed.slice(0, end).replace(/(?<=.)\/$/, '');
  // The library takes all that does not match, except after `!(`.
  return { folder: folder.replaceAll(/\\(.)/g, '$1'), pattern: pattern.replace(/^!(?!\()/, String.raw`\!`) };
}

/** The files that match, by name. @throws MvsError NO_INPUT if there is none. */
export async function filesOfGlob(text: string, { folder, pattern }: Glob): Promise<Matches> {
  // As the user gave it: relative or not.
  const shown = (file: string): string =>
    path.isAbsolute(folder) ? path.resolve(file) : path.relative(process.cwd(), file) || '.';
  const reader = new Reader(shown);
  // From a folder above the current one, the library does not find the way down again.
  const cwd = path.resolve(folder);
  const options = { cwd, onlyFiles: true, expandDirectories: false, fs: reader.fs };
  const found = (await glob(pattern, options)).sort();
  const matches = found.map((file) => shown(path.join(cwd, file)));
  for (const file of matches) reader.report(file);
  const problems = [...reader.reported].map(([input, error]) => ({ input, error }));
  const files = matches.filter((file) => !reader.reported.has(file));
  if (matches.length > 0 || problems.length > 0) return { files, problems };
  throw new MvsError('NO_INPUT', `No file matches ${quoted(text)}`, {
    hint: 'Check the pattern and the current folder.',
  });
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
