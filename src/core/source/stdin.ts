import { unlessAborted } from '../base/abort.js';
import { MvsError } from '../base/errors.js';
import { spool, type SpoolOptions, type TemporaryFile } from '../base/temporary-file.js';
import { stalled, unlessStalled } from '../base/stall.js';

/** The name of the argument `-` in messages and records. */
export const stdinInput = 'stdin';

interface StdinOptions extends SpoolOptions {
  readonly signal: AbortSignal;
  /** The source fails after this many milliseconds without data. */
  readonly stallMs: number;
}

/**
 * Writes stdin to a temporary file, which is removed when the result is disposed. Many formats are read from their end
 * (mp4), the fingerprint needs the whole content, and ffmpeg opens a file as always.
 *
 * @throws MvsError USAGE, SOURCE_TOO_LARGE, SOURCE_UNAVAILABLE, DISK_FULL; the signal's reason when it is aborted.
 */
export function spoolStdin(options: StdinOptions): Promise<TemporaryFile> {
  return spool(stdinInput, '', options, () => piped(options));
}

async function* piped({ signal, stallMs }: StdinOptions): AsyncGenerator<Uint8Array> {
  const { stdin } = process;
  if (stdin.isTTY) {
    const hint = 'Pipe a video into it: cat clip.mp4 | mvs produce - --name clip.';
    throw new MvsError('USAGE', 'stdin is a terminal, not a video', { hint });
  }
  const chunks = stdin[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  const onStall = (): Error => stalled('SOURCE_UNAVAILABLE', stdinInput, stallMs);
  try {
    for (;;) {
      const next = await unlessStalled(unlessAborted(chunks.next(), signal), stallMs, onStall);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // The writer gets an error, and this process can end.
    stdin.destroy();
  }
}
