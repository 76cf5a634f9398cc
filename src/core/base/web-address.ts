import path from 'node:path';
import { MvsError } from './errors.js';
import { quoted } from './text.js';

/** What to do with an address of another kind than `urlOf` and `deviceOf` (source/live.ts) take. */
export const readableHint =
  'Give files, URLs that begin with http://, https://, rtsp:// or rtsps://, or a camera such as device:/dev/video0.';

const absolute = /^([a-z][a-z\d+.-]+):\/\//i;

const readable = new Set(['http', 'https', 'rtsp', 'rtsps']);

const live = new Set(['rtmp', 'rtmps', 'rtp', 'srt', 'udp', 'tcp', 'mms', 'whep']);

/**
 * The URL that an input is, or undefined where it is none.
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
      hint: 'Put quotes around it in the shell, and write special characters of user and password as %XX.',
    });
  }
  return new URL(input);
}

/**
 * An input as it may be shown, sent and stored: of a URL only where it leads to, because user, password and the query
 * (of a presigned URL) are secrets.
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

/** Percent-decoded, or as it is where it is not properly encoded. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
