import { realpath } from 'node:fs/promises';
import { download, type DownloadOptions } from '../base/download.js';
import type { LocalFile, SpoolOptions } from '../base/temporary-file.js';
import { spoolStdin } from './stdin.js';
import type { LiveSource, Source } from './source.js';

export type OpenOptions = Omit<DownloadOptions, 'onLength'> & SpoolOptions;

/**
 * A source as a file on this machine, so that ffmpeg never opens anything else. The content of a URL or stdin is written to a
 * temporary file, which is removed when the result is disposed.
 *
 * @throws MvsError NO_INPUT, SOURCE_UNAVAILABLE, SOURCE_TOO_LARGE, DISK_FULL; the signal's reason when it is aborted.
 */
export async function openSource(
  source: Exclude<Source, LiveSource>,
  options: OpenOptions,
): Promise<LocalFile & AsyncDisposable> {
  if (source.kind === 'url') return download(source, options);
  if (source.kind === 'stdin') return spoolStdin(options);
  const { input } = source;
  return { input, path: await placeOf(input), [Symbol.asyncDispose]: () => Promise.resolve() };
}

/** Where another process finds a file: `/dev/stdin` is its own there. */
async function placeOf(file: string): Promise<string> {
  return /^\/(?:dev|proc)\//.test(file) ? realpath(file).catch(() => file) : file;
}
