import { maxFramePixels, type Size } from '../frames/frame.js';
import type { SamplingMethod } from '../frames/sampling.js';
import type { LocalFile } from '../base/temporary-file.js';
import type { LiveInput } from '../source/live.js';
import type { Binary } from './binaries.js';
import type { VideoProbe } from './probe-answer.js';

/** What decides the arguments of ffmpeg. */
export type CommandOptions = SamplingMethod & {
  /** Size of every frame that comes out, in pixels. */
  readonly size: Size;
  /** Of the decoder. */
  readonly threads: number;
  /** mjpeg quantizer, 2 (best) – 31. */
  readonly quality: number;
  /** Read no faster than the video plays. */
  readonly realtime: boolean;
};

/**
 * Containers that hold their own pictures. Not among them on purpose: playlists and scripts that make ffmpeg open other
 * files (hls, concat, dash, image2 with `%d` in a name, sdp) and the one that draws text files as pictures (tty).
 */
const containers =
  'mov,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,mxf,nut,ivf,h264,hevc,m4v,av1,obu,vc1,dv,rm,wtv,gif,apng,mjpeg,yuv4mpegpipe,smjpeg';

/**
 * Stops a stream that grows in mid-stream before its pictures fill the memory. Decoders round sides up, by as much as
 * 64 pixels, before they compare: hence a tenth more than what `probe` lets through.
 */
const maxDecodedPixels = (maxFramePixels / 10) * 11;

/** What ffmpeg may open for each kind of live source: what it needs and nothing else, a file never. */
function liveArguments({ live, address, again = false }: LiveInput): string[] {
  switch (live) {
    case 'hls':
      return [
        ...['-protocol_whitelist', 'http,https,tcp,tls,crypto'],
        ...['-format_whitelist', 'hls,mpegts,mov,aac,mp3,ac3,webvtt'],
        // From three segments before the end, as players do; with the newest where the others have been seen.
        ...['-live_start_index', again ? '-1' : '-3'],
      ];
    case 'rtsp':
      return [
        ...['-protocol_whitelist', address.startsWith('rtsps:') ? 'tls,tcp' : 'tcp'],
        // UDP would need ports open towards us, and loses packets.
        ...['-format_whitelist', 'rtsp', '-rtsp_transport', 'tcp', '-allowed_media_types', 'video'],
      ];
    case 'device':
      return ['-protocol_whitelist', 'none', '-format_whitelist', 'video4linux2,v4l2', '-f', 'v4l2'];
  }
}

/** What ffmpeg opens: a file of this machine, or a live source. */
export type ExtractInput = LocalFile | LiveInput;

export function isLive(input: ExtractInput): input is LiveInput {
  return 'live' in input;
}

/** How ffmpeg calls what it opens, in its messages too. */
export function addressOf(input: ExtractInput): string {
  return isLive(input) ? input.address : `file:${input.path}`;
}

/**
 * `file:` keeps names such as `cam:1.mp4` and `-x.mp4` from being read as protocols and options; the whitelists keep the
 * content of a file from making ffmpeg open anything else.
 */
export function inputArguments(input: ExtractInput): string[] {
  const openable = isLive(input)
    ? // Two seconds are enough to know the streams by; five, the default, are five seconds late.
      ['-analyzeduration', '2000000', ...liveArguments(input)]
    : ['-protocol_whitelist', 'file', '-format_whitelist', containers];
  return [...openable, ...['-max_pixels', `${maxDecodedPixels}`, '-i', addressOf(input)]];
}

/** The arguments that make ffmpeg write the chosen frames of the first video stream to stdout as smjpeg. */
export function extractArguments(
  input: ExtractInput,
  options: CommandOptions,
  video: Pixels,
  fpsMode: Binary['fpsMode'] = 'vsync',
): string[] {
  // Later versions negotiate the range, and would widen it twice.
  // Its `scene` makes RGB of the frames.
  const byTable =
    fpsMode === 'vsync' && isUsual(video) && sameSize(video, options.size) && !('scene' in options);
  return [
    ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'level+verbose'],
    ...(options.realtime && !isLive(input) ? ['-re'] : []),
    // A size that changes in mid-stream must not rebuild the filters: `select` would count from 1 again.
    ...['-reinit_filter', '0', '-filter_threads', '1', '-threads', `${options.threads}`],
    ...inputArguments(input),
    // V: not the cover art of a music file.
    ...['-map', '0:V:0', '-an', '-sn', '-dn', '-vf', filters(options, byTable)],
    // Frames as they come: without this they are repeated or dropped towards a constant rate.
    ...(fpsMode === 'vsync' ? ['-vsync', '0'] : ['-fps_mode', 'passthrough']),
    ...['-enc_time_base', '1/1000', '-c:v', 'mjpeg', '-q:v', `${options.quality}`],
    // `unofficial` takes the pixels as they are; with the mark they are what `yuvj420p` means.
    ...(byTable
      ? ['-strict', 'unofficial', '-color_range', 'pc', '-pix_fmt', 'yuv420p']
      : ['-pix_fmt', 'yuvj420p']),
    // The usual Huffman tables: tables of its own make a frame 5 % smaller, for a tenth of the encoder's time. A second
    // thread encodes beside the decoder, and holds a frame back, which a camera would not.
    ...['-huffman', 'default', '-threads', options.realtime ? '1' : '2'],
    ...['-flush_packets', '1', '-f', 'smjpeg', 'pipe:1'],
  ];
}

type Pixels = Pick<VideoProbe, 'width' | 'height' | 'pixelFormat' | 'range'>;

/** As nearly every video is: 8 bits, a quarter of the colour, black at 16. */
function isUsual({ pixelFormat, range }: Pixels): boolean {
  return pixelFormat === 'yuv420p' && range !== 'pc';
}

function sameSize(one: Size, other: Size): boolean {
  return one.width === other.width && one.height === other.height;
}

/**
 * JPEG's range of values, from that of video: the same bytes as from swscale 4.1, which takes ten times as long for it
 * where it has nothing to scale.
 */
const chroma = String.raw`clip((val-128)*255/224+128.5\,0\,255)`;
const widen = [
  'format=yuv420p',
  String.raw`lutyuv=y=clip((val-16)*255/219+0.5\,0\,255):u=${chroma}:v=${chroma}`,
];

/** Whole milliseconds that never stand still or run back, even where the file's own times do or are missing. */
const wholeTime = String.raw`if(isnan(PREV_OUTPTS)\,max(PTS\,0)\,max(PTS\,PREV_OUTPTS+1))`;

/**
 * What `select` keeps, where that does not follow from a frame's number. A slot of `fps` begins a millisecond early, because
 * containers round times; a frame without a time counts as one at 0.
 */
function condition(method: Exclude<SamplingMethod, { every: number }>): string {
  if ('keyframes' in method) return 'key';
  if ('scene' in method) return String.raw`eq(n\,0)+gt(scene\,${method.scene})`;
  return String.raw`gt(st(1\,floor((max(t\,0)+0.001)*${method.fps})+1)\,ld(0))*st(0\,max(ld(0)\,ld(1)))`;
}

/** The frames that come out. Numbers that cannot be computed are printed (40 is level verbose) for `ChosenFrames`. */
function select(method: SamplingMethod): string[] {
  if ('every' in method)
    return [String.raw`select=not(mod(n+1\,${method.every}))`, 'settb=1/1000', `setpts=${wholeTime}`];
  return [
    String.raw`select=if(${condition(method)}\,print(n+1)\,0)`,
    'settb=1/1000',
    String.raw`setpts=print(${wholeTime}\,40)`,
  ];
}

function filters(options: CommandOptions, byTable: boolean): string {
  const { size } = options;
  return [
    ...select(options),
    // Fixed numbers: frames of a stream that changes its size come out alike. Rounded as the plain C code does: with the usual
    // flags pixels depend on what the processor can do, and are no sooner there.
    `scale=${size.width}:${size.height}:flags=bicubic+accurate_rnd`,
    ...(byTable ? widen : []),
  ].join(',');
}

/** What frames are scaled down to, where they are larger. */
export interface Scaling {
  /** Pixels across. */
  readonly width?: number | undefined;
  /** The smallest size that still covers this one: a reader who needs no more of a frame loses nothing. */
  readonly cover?: Size | undefined;
}

/** The frame's own size, or scaled down with even sides and its shape kept; never enlarged. */
export function outputSize(shown: Size, { width, cover }: Scaling): Size {
  const scale = Math.min(
    1,
    width === undefined ? 1 : width / shown.width,
    cover === undefined ? 1 : Math.max(cover.width / shown.width, cover.height / shown.height),
  );
  if (scale === 1) return { width: shown.width, height: shown.height };
  return { width: even(shown.width * scale), height: even(shown.height * scale) };
}

function even(side: number): number {
  return Math.max(2, Math.round(side / 2) * 2);
}
