import type { LocalFile } from '../base/temporary-file.js';
import { maxFramePixels } from '../frames/frame.js';
import type { LiveInput } from '../source/live.js';
import { containers } from './containers.js';

/** A file, and ffmpeg's name of its container where that is not what ffmpeg would take it for. */
interface FileInput extends LocalFile {
  readonly container?: string;
}

/** What ffmpeg opens: a file on this machine, or a live source. */
export type ExtractInput = FileInput | LiveInput;

/** Some packets of a file, in Matroska on stdin, at times that number their frames. */
export interface Packets {
  /** Width of a pixel by its height, which Matroska cannot hold exactly. Zero: unknown. */
  readonly aspect: Fraction;
}

export interface Fraction {
  readonly num: number;
  readonly den: number;
}

export function isPackets(input: ExtractInput | Packets): input is Packets {
  return 'aspect' in input;
}

export function isLive(input: ExtractInput): input is LiveInput {
  return 'live' in input;
}

/** ffmpeg itself connects to a server. */
export function isNetwork(input: ExtractInput): input is LiveInput {
  return isLive(input) && input.live !== 'device';
}

/** The name that ffmpeg uses for its input, in its messages too. */
export function addressOf(input: ExtractInput): string {
  return isLive(input) ? input.address : `file:${input.path}`;
}

/**
 * Stops a stream whose pictures grow in mid-stream before they fill the memory. Decoders round sides up by as much as
 * 64 pixels before they compare, so the limit is a tenth higher than that of `probeVideo`.
 */
const maxDecodedPixels = (maxFramePixels / 10) * 11;

/**
 * The arguments that open an input. `file:` keeps names such as `cam:1.mp4` and `-x.mp4` from being read as protocols and
 * options. The whitelists keep the content of a file from making ffmpeg open anything else.
 */
export function inputArguments(input: ExtractInput | Packets): string[] {
  if (isPackets(input))
    return [...['-copyts', '-protocol_whitelist', 'pipe', '-f', 'matroska'], ...limited('pipe:0')];
  const openable = isLive(input)
    ? // Two seconds are enough to identify the streams; the default of five delays the first frame by five seconds.
      ['-analyzeduration', '2000000', ...liveArguments(input)]
    : [
        ...['-protocol_whitelist', 'file', '-format_whitelist', containers],
        ...(input.container === undefined ? [] : ['-f', input.container]),
      ];
  return [...openable, ...limited(addressOf(input))];
}

function limited(address: string): string[] {
  return ['-max_pixels', `${maxDecodedPixels}`, '-i', address];
}

/** What ffmpeg may open for each kind of live source: only what it needs, and never a file. */
function liveArguments({ live, address, again = false, proxied = false }: LiveInput): string[] {
  const proxy = proxied ? ',httpproxy' : '';
  switch (live) {
    case 'hls':
      return [
        ...['-protocol_whitelist', `http,https,tcp,tls,crypto${proxy}`],
        ...['-format_whitelist', 'hls,mpegts,mov,aac,mp3,ac3,webvtt'],
        // Starts three segments before the end, as players do; after a lost connection at the newest, as the others were read.
        ...['-live_start_index', again ? '-1' : '-3'],
      ];
    case 'rtsp':
      return [
        ...['-protocol_whitelist', address.startsWith('rtsps:') ? `tls,tcp${proxy}` : 'tcp'],
        // UDP would need ports open towards us, and loses packets.
        ...['-format_whitelist', 'rtsp', '-rtsp_transport', 'tcp', '-allowed_media_types', 'video'],
      ];
    case 'device':
      return ['-protocol_whitelist', 'none', '-format_whitelist', 'video4linux2,v4l2', '-f', 'v4l2'];
  }
}
