import type { MvsError } from '../base/errors.js';
import type { LiveInput } from './live.js';

/** Where a video comes from. */
export type Source = FileSource | UrlSource | StdinSource | LiveSource;

interface NamedSource {
  /** The video's name: the file name or path without its last extension, or that of `--name`; NFC. */
  readonly video: string;
  /** For messages and records: the path as the user gave it, or relative to a folder or glob; a URL without its secrets. */
  readonly input: string;
}

export interface FileSource extends NamedSource {
  readonly kind: 'file';
  /** Found in a folder or by a glob: `--name` does not apply to it. */
  readonly found?: boolean;
  /** Its name with `--name-from path`. */
  readonly pathName: string;
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

/** How to give a video another name. */
export function renameHint(source: Pick<Source, 'kind'> & Pick<FileSource, 'found'>): string {
  return source.found === true
    ? 'Rename the file, or name it itself, with --name.'
    : 'Give it another name with --name.';
}
