import { download, type DownloadOptions } from './source-download.js';
import type { LocalFile } from './source-files.js';
import type { Source } from './source.js';

/**
 * A source as a file on this machine, so that ffmpeg never opens anything else: a URL is downloaded to a temporary file,
 * which goes when the result is disposed.
 *
 * @throws MvsError NO_INPUT, SOURCE_UNAVAILABLE, DISK_FULL; the signal's reason when it is aborted.
 */
export async function openSource(
  source: Source,
  options: DownloadOptions,
): Promise<LocalFile & AsyncDisposable> {
  if (source.kind === 'url') return download(source, options);
  const { input } = source;
  return { input, path: input, [Symbol.asyncDispose]: () => Promise.resolve() };
}
