import { MvsError } from '../base/errors.js';
import { contentOf, type DownloadOptions } from '../base/download.js';
import { quoted } from '../base/text.js';
import { shownInput } from '../base/web-address.js';

/** A day of one-second segments has a tenth of it. */
const maxBytes = 32 << 20;

/**
 * Whether an HLS playlist announces its end. ffmpeg ends in the same way at the end of a playlist and at the loss of the
 * server.
 *
 * @throws MvsError NO_INPUT, SOURCE_UNAVAILABLE, NOT_A_VIDEO if it is not a playlist.
 */
export async function playlistHasEnded(url: URL, options: DownloadOptions, depth = 0): Promise<boolean> {
  const input = shownInput(url.href);
  const lines = (await textOf(input, url, options)).split(/\r?\n/);
  if (!lines[0]?.startsWith('#EXTM3U')) {
    throw new MvsError(
      'NOT_A_VIDEO',
      `${quoted(input)} is not a playlist, despite the extension of its name`,
      {
        hint: 'Give the address of an HLS playlist (.m3u8), or of the video itself.',
      },
    );
  }
  if (!lines.some((line) => line.startsWith('#EXT-X-STREAM-INF')))
    return lines.some((line) => line.trimEnd() === '#EXT-X-ENDLIST');
  const variant = lines.find((line) => line !== '' && !line.startsWith('#'));
  if (variant === undefined || depth > 0) return false;
  return playlistHasEnded(variantOf(variant, url), options, depth + 1);
}

/** Like ffmpeg, sends the credentials to the same server only. @throws MvsError NOT_A_VIDEO if the address is not http(s) */
function variantOf(address: string, base: URL): URL {
  const url = URL.canParse(address, base.href) ? new URL(address, base) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    const message = `The playlist ${quoted(shownInput(base.href))} names another playlist whose address is not an http(s) URL`;
    throw new MvsError('NOT_A_VIDEO', message, {
      hint: 'Give the address of an HLS playlist that contains media.',
    });
  }
  if (url.host === base.host && url.username === '') {
    url.username = base.username;
    url.password = base.password;
  }
  return url;
}

async function textOf(input: string, url: URL, options: DownloadOptions): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of contentOf({ input, url }, options)) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new MvsError('NOT_A_VIDEO', `${quoted(input)} is too large for a playlist`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
