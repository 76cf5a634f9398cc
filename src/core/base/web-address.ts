import path from 'node:path';
import { MvsError } from './errors.js';
import { quoted } from './text.js';

/** The hint for an address that neither `urlOf` nor `deviceOf` (source/live.ts) accepts. */
export const readableHint =
  'Give files, URLs that begin with http://, https://, rtsp:// or rtsps://, or a camera such as device:/dev/video0.';

const absolute = /^([a-z][a-z\d+.-]+):\/\//i;

const readable = new Set(['http', 'https', 'rtsp', 'rtsps']);

const live = new Set(['rtmp', 'rtmps', 'rtp', 'srt', 'udp', 'tcp', 'mms', 'whep']);

/**
 * The URL of an input; undefined if it is not a URL.
 *
 * @throws MvsError NO_INPUT for URLs that cannot be read.
 */
export function urlOf(input: string): URL | undefined {
  const kind = absolute.exec(input)?.[1]?.toLowerCase();
  if (kind === undefined) return undefined;
  const shown = quoted(shownInput(input));
  if (live.has(kind)) {
    throw new MvsError('NO_INPUT', `${shown} is a live source of a kind that mvs does not read`, {
      hint: readableHint,
    });
  }
  if (!readable.has(kind)) {
    throw new MvsError('NO_INPUT', `${shown}: mvs does not read ${kind}: addresses`, { hint: readableHint });
  }
  if (!URL.canParse(input)) {
    throw new MvsError('NO_INPUT', `${shown} is not a valid URL`, {
      hint: 'Quote it in the shell, and percent-encode special characters in user and password.',
    });
  }
  return new URL(input);
}

/**
 * An input as it may be shown, sent and stored. User, password and query of a URL are removed, because they are secrets
 * (a presigned URL has its signature in the query).
 */
export function shownInput(input: string): string {
  const start = absolute.exec(input)?.[0];
  if (start === undefined) return input;
  if (!URL.canParse(input)) return `${start}…`;
  const { protocol, host, pathname } = new URL(input);
  return `${protocol}//${host}${pathname}`;
}

/** The file name at the end of a URL's path; `folder%2Fclip.mp4` counts as a path. */
export function fileNameOf({ pathname }: URL): string {
  return path.posix.basename(decoded(pathname));
}

/** Percent-decoded, or unchanged if the encoding is invalid. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
