import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { MvsError } from '../base/errors.js';
import { keepSecret } from '../base/redact.js';
import { quoted } from '../base/text.js';
import { fileProblem } from './files.js';
import { decoded, fileNameOf } from '../base/web-address.js';

export type LiveKind = 'hls' | 'rtsp' | 'device';

/** A source without an end of its own, which ffmpeg opens itself. */
export interface LiveInput {
  /** For messages and records: without user, password and query. */
  readonly input: string;
  readonly live: LiveKind;
  /** For ffmpeg: an address with all its secrets, or the path of a device. */
  readonly address: string;
  /** This is a reconnection. */
  readonly again?: boolean;
  /** The tool reaches it through an HTTP proxy. */
  readonly proxied?: boolean;
}

const device = /^device:(.*)$/i;

/** The kind of live source at an address; undefined if it is not a live source. */
export function liveKindOf({ protocol, pathname }: URL): LiveKind | undefined {
  if (protocol === 'rtsp:' || protocol === 'rtsps:') return 'rtsp';
  const web = protocol === 'http:' || protocol === 'https:';
  return web && /\.m3u8?$/i.test(pathname) ? 'hls' : undefined;
}

/** `device:/dev/video0` → `/dev/video0`. @throws MvsError NO_INPUT if it cannot be read here. */
export async function deviceOf(input: string): Promise<string | undefined> {
  const path = device.exec(input)?.[1];
  if (path === undefined) return undefined;
  if (process.platform !== 'linux') {
    throw new MvsError('NO_INPUT', `${quoted(input)}: devices are read on Linux only`, {
      hint: 'Publish the camera by RTSP or HLS with a program of this system, and use that address.',
    });
  }
  const isDevice = await stat(path).then(
    (stats) => stats.isCharacterDevice(),
    (error: unknown) => {
      throw fileProblem(path, error);
    },
  );
  if (isDevice && path.startsWith('/dev/')) return path;
  throw new MvsError('NO_INPUT', `${quoted(path)} is not a video device`, {
    hint: 'Use its path in the system: device:/dev/video0.',
  });
}

/** Masks the secrets of the address from now on: ffmpeg repeats addresses in its messages. */
export function keepSecretsOf(url: URL): void {
  for (const secret of [url.password, decoded(url.password), url.search.slice(1)]) keepSecret(secret);
}

/** Names that do not identify a camera. */
const vague = /^(index|playlist|master|main|stream|live|hls|chunklist.*|prog_index)$/i;

/** `https://host/lobby/index.m3u8` → `lobby`; the host if the path does not identify a camera. */
export function cameraOf(url: URL): string {
  const parts = decoded(url.pathname)
    .split('/')
    .map((part) => part.replace(/\.\w+$/, ''))
    .filter((part) => part !== '' && !vague.test(part));
  return parts.at(-1) ?? (url.hostname || fileNameOf(url));
}

/** Each run is a video of its own, so that the frames of two runs are not mixed: `lobby-20261125T101500Z`. */
export function nameOfRun(camera: string, startedAt: Date): string {
  return `${camera}-${startedAt.toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
}

/** There is no content yet: name, address and time of the start identify a run. */
export function liveFingerprint(video: string, input: string, startedAt: Date): string {
  const run = ['live', video, input, startedAt.toISOString()];
  return createHash('sha256').update(run.join('\n')).digest('hex');
}
