import { isUtf8 } from 'node:buffer';
import { MvsError } from '../base/errors.js';
import { quoted } from '../base/text.js';
import { probeVideo } from '../extract/probe.js';
import type { ToolOptions } from '../extract/tool-process.js';
import { openToRead } from '../source/files.js';

/**
 * Whether ffprobe finds a video in a file of whatever name.
 *
 * @throws MvsError if it cannot say: the file cannot be read, or ffprobe is missing, crashes or stalls; the signal's reason when it is aborted.
 */
export async function recognise(path: string, options: ToolOptions): Promise<boolean> {
  try {
    if (await isText(path)) return false;
    await probeVideo({ input: path, path }, options);
    return true;
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof MvsError)) throw error;
    // It is one, and producing it says what is wrong.
    if (error.code === 'FRAME_TOO_LARGE') return true;
    if (error.code === 'NOT_A_VIDEO') return false;
    throw unclear(path, error);
  }
}

function unclear(path: string, cause: MvsError): MvsError {
  const { code, message, hint, retriable } = cause;
  const options = { cause, retriable, ...(hint === undefined ? {} : { hint }) };
  return new MvsError(code, `${quoted(path)} may be a video, which cannot be checked: ${message}`, options);
}

/** Folders are full of texts, and ffprobe takes a tenth of a second for each of them. */
async function isText(path: string): Promise<boolean> {
  await using file = await openToRead({ input: path, path });
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(512), position: 0 });
  const start = buffer.subarray(0, bytesRead);
  // The last character may be cut.
  return !start.includes(0) && [0, 1, 2, 3].some((cut) => isUtf8(start.subarray(0, bytesRead - cut)));
}
