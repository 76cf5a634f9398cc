import { MvsError } from '../base/errors.js';
import type { LocalFile } from '../base/temporary-file.js';
import { quoted } from '../base/text.js';
import { openToRead } from '../source/files.js';
import { pictureKind } from './containers.js';
import type { Diagnostics } from './diagnostics.js';
import { isLive, type ExtractInput } from './input.js';

const playHint = 'Check that it plays; if it was copied or downloaded, do that again.';

/**
 * A file or a live source that ffprobe cannot read, with the real reason.
 * @throws MvsError NO_INPUT if the file has been removed in the meantime
 */
export async function unreadable(file: ExtractInput, log: Diagnostics): Promise<MvsError> {
  const name = quoted(file.input);
  const reason = log.problems[0];
  if (isLive(file)) return unreachable(name, reason);
  // `hls: Not detecting m3u8/hls with non standard extension`
  const isPlaylist = /m3u8|hls/.test(reason ?? '');
  const kind = /^(.*): Format not on whitelist/.exec(reason ?? '')?.[1] ?? (isPlaylist ? 'hls' : undefined);
  if (await isAnimatedWebp(file)) return animatedWebp(name);
  const picture = kind === undefined ? undefined : pictureKind(kind);
  if (picture !== undefined) {
    return new MvsError('NOT_A_VIDEO', `${name} is a single picture (${picture}), not a video`, {
      hint: 'Give a file with moving pictures in it.',
    });
  }
  if (kind !== undefined) {
    return new MvsError('NOT_A_VIDEO', `${name} is not a video: its format is "${kind}"`, {
      hint: 'Playlists, scripts and texts are not followed: name the video files themselves.',
    });
  }
  return new MvsError('NOT_A_VIDEO', `${name} is not a video${reason === undefined ? '' : ` (${reason})`}`, {
    hint: playHint,
  });
}

function unreachable(name: string, reason = 'no reason given'): MvsError {
  const untrusted = reason.includes('certificate verify failed');
  return new MvsError('SOURCE_UNAVAILABLE', `${name} cannot be read (${reason})`, {
    retriable: true,
    hint: untrusted
      ? 'This ffmpeg verifies certificates. Set SSL_CERT_FILE to a file with that of the authority that signed it.'
      : 'Check the address, user and password, and that the camera is sending.',
  });
}

/** No frame came out of a file. */
export function undecodable(input: string, log: Diagnostics, codec: string, release: string): MvsError {
  if (log.undecodable) return unsupported(input, codec, `ffmpeg ${release}`);
  const reason = log.problems[0] === undefined ? '' : ` (${log.problems[0]})`;
  return new MvsError('NOT_A_VIDEO', `No frame of ${quoted(input)} can be decoded${reason}`, {
    hint: playHint,
  });
}

/** The codec of a file is unknown to a tool. */
export function unsupported(input: string, codec: string, tool: string): MvsError {
  return new MvsError('NOT_A_VIDEO', `${quoted(input)}: the codec ${codec} is not supported by ${tool}`, {
    hint: 'Set MVS_FFMPEG and MVS_FFPROBE to a later version, or convert the video to H.264.',
  });
}

function animatedWebp(name: string): MvsError {
  return new MvsError('NOT_A_VIDEO', `${name}: animated WebP is not supported by this ffmpeg`, {
    hint: 'Set MVS_FFMPEG and MVS_FFPROBE to a version that reads it (ffmpeg 9), or convert it to WebM.',
  });
}

/** WebP begins with a RIFF header, and an animated one with the chunk VP8X, whose second flag is set. */
async function isAnimatedWebp(source: LocalFile): Promise<boolean> {
  await using file = await openToRead(source);
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(21), position: 0 });
  const text = buffer.toString('latin1');
  const extended = text.startsWith('RIFF') && text.slice(8, 16) === 'WEBPVP8X';
  return extended && bytesRead === 21 && ((buffer[20] ?? 0) & 2) !== 0;
}
