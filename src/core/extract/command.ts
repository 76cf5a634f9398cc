import type { Size } from '../frames/frame.js';
import type { SamplingMethod } from '../frames/sampling.js';
import type { Binary } from './build.js';
import { inputArguments, isLive, isPackets, type ExtractInput, type Packets } from './input.js';
import type { Orientation } from './orientation.js';
import type { VideoProbe } from './probe-answer.js';
import { rateArguments } from './raw-rate.js';

/** What decides the arguments of ffmpeg. */
export interface CommandOptions {
  readonly samplingMethod: SamplingMethod;
  /** Size of every extracted frame, in pixels. */
  readonly size: Size;
  /** Threads of the decoder. */
  readonly threads: number;
  /** mjpeg quantizer, 2 (best) – 31. */
  readonly quality: number;
  /** Read no faster than the video plays. */
  readonly realtime: boolean;
  /** Too short for a second thread of the encoder. */
  readonly isShort?: boolean;
}

/** The arguments that make ffmpeg write the chosen frames of the video stream to stdout as smjpeg. */
export function extractArguments(
  input: ExtractInput | Packets,
  options: CommandOptions,
  probe: Pixels,
  { fpsMode, crops }: Pick<Binary, 'fpsMode' | 'crops'>,
): string[] {
  const { samplingMethod, size, threads, quality, realtime, isShort = false } = options;
  // Not for `scene`, which makes the frames RGB.
  const directly = isUsual(probe) && isSameSize(probe, size) && !('scene' in samplingMethod);
  const steps = [
    ...(isPackets(input) ? selectMarked(input) : select(samplingMethod, fpsMode)),
    ...sized(size, probe.orientation),
    ...(directly ? widen(size) : []),
    // Later versions negotiate the range, and would widen it again.
    ...(directly && fpsMode === 'fps_mode' ? ['setparams=range=pc'] : []),
  ];
  return [
    ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'level+verbose'],
    ...(realtime && !isPackets(input) && !isLive(input) ? ['-re'] : []),
    // A size that changes in mid-stream must not rebuild the filters: `select` would count from 1 again.
    ...['-reinit_filter', '0', '-filter_threads', '1', '-threads', `${threads}`],
    // Our own filters turn the pictures, after they have one size. All versions show the same part of them.
    ...['-noautorotate', ...(crops ? ['-apply_cropping', 'codec'] : [])],
    ...(isPackets(input) ? [] : rateArguments(probe)),
    ...inputArguments(input),
    // V: not the cover art of a music file.
    ...['-map', `0:V:${isPackets(input) ? 0 : probe.position}`, '-an', '-sn', '-dn', '-vf', steps.join(',')],
    // Frames as they come: without this, ffmpeg repeats or drops frames to reach a constant rate.
    ...(fpsMode === 'vsync' ? ['-vsync', '0'] : ['-fps_mode', 'passthrough']),
    ...['-enc_time_base', '1/1000', '-c:v', 'mjpeg', '-q:v', `${quality}`],
    // `unofficial` accepts these pixels as they are; marked as `pc`, they are what `yuvj420p` means.
    ...(directly
      ? ['-strict', 'unofficial', '-color_range', 'pc', '-pix_fmt', 'yuv420p']
      : ['-pix_fmt', 'yuvj420p']),
    // The default Huffman tables: optimal ones make a frame 5 % smaller for a tenth of the encoder's time. A second
    // encoder thread runs beside the decoder, but takes a millisecond to start, and holds back one frame, which is not acceptable for a camera.
    ...['-huffman', 'default', '-threads', realtime || isShort ? '1' : '2'],
    ...['-flush_packets', '1', '-f', 'smjpeg', 'pipe:1'],
  ];
}

type Pixels = Pick<
  VideoProbe,
  'width' | 'height' | 'pixelFormat' | 'range' | 'orientation' | 'position' | 'rawRate'
>;

/** The format of nearly every video: 8 bits, a quarter of the colour, black at 16. */
function isUsual({ pixelFormat, range }: Pixels): boolean {
  return pixelFormat === 'yuv420p' && range !== 'pc';
}

function isSameSize(one: Size, other: Size): boolean {
  return one.width === other.width && one.height === other.height;
}

/** Scales pictures to the size in which they are shown, and then turns them. */
function sized(size: Size, { sideways, filters }: Orientation): string[] {
  const { width, height } = sideways ? { width: size.height, height: size.width } : size;
  // Fixed numbers, so that a stream that changes its size yields frames of one size. Rounded as the plain C code rounds:
  // with the default flags, pixels depend on the processor, and scaling is no faster.
  return [`scale=${width}:${height}:flags=bicubic+accurate_rnd`, ...filters];
}

/** Selects the frames to extract. Prints the numbers that cannot be computed (40 is level verbose) for `ChosenFrames`. */
function select(samplingMethod: SamplingMethod, fpsMode: Binary['fpsMode']): string[] {
  if ('every' in samplingMethod)
    return [String.raw`select=not(mod(n+1\,${samplingMethod.every}))`, 'settb=1/1000', `setpts=${wholeTime}`];
  return [
    String.raw`select=if(${condition(samplingMethod, fpsMode)}\,print(n+1)\,0)`,
    'settb=1/1000',
    String.raw`setpts=print(${wholeTime}\,40)`,
  ];
}

/**
 * What `select` keeps if that does not follow from a frame's number. A slot of `fps` begins a millisecond early, because
 * containers round times; a frame without a time counts as one at 0.
 */
function condition(
  samplingMethod: Exclude<SamplingMethod, { every: number }>,
  fpsMode: Binary['fpsMode'],
): string {
  // Decoders that say nothing about a picture made it a key frame in versions before 6.1, and no longer do.
  if ('keyframes' in samplingMethod) return fpsMode === 'vsync' ? 'key' : String.raw`key+eq(pict_type\,0)`;
  if ('scene' in samplingMethod) return String.raw`eq(n\,0)+gt(scene\,${samplingMethod.scene})`;
  return String.raw`gt(st(1\,floor((max(t\,0)+0.001)*${samplingMethod.fps})+1)\,ld(0))*st(0\,max(ld(0)\,ld(1)))`;
}

/**
 * Of packets, those with an odd time are extracted: `markOf` in packet-filter.ts. Prints the times of all, so that each decoded frame is
 * known to be the one that is expected.
 */
function selectMarked({ aspect: { num, den } }: Packets): string[] {
  return [
    String.raw`select=print(pts)*0+mod(pts\,2)`,
    'settb=1/1000',
    String.raw`setpts=print(PTS\,40)`,
    // The maximum makes this fraction the nearest one.
    `setsar=${num}/${den}:max=${Math.max(1, num, den)}`,
  ];
}

/** Strictly increasing whole milliseconds, even if the file's own times repeat, run back or are missing. */
const wholeTime = String.raw`if(isnan(PREV_OUTPTS)\,max(PTS\,0)\,max(PTS\,PREV_OUTPTS+1))`;

/**
 * Converts the range of video to that of JPEG, with the bytes of swscale 4.1, which takes ten times as long for this if it has nothing to
 * scale. `colorspace` needs even sides. Its table would be `lutyuv`, which evaluates expressions for 65,536 values of each plane when
 * it starts: that takes a third of the time that ffmpeg takes for a short video.
 */
function widen({ width, height }: Size): string[] {
  const isEven = width % 2 === 0 && height % 2 === 0;
  return ['format=yuv420p', isEven ? `colorspace=${range}` : `lutyuv=y=${luma}:u=${chroma}:v=${chroma}`];
}

/** The colours stay those of the file: they are named because `colorspace` refuses frames without them. */
const range = 'iall=bt709:all=bt709:irange=tv:range=pc:format=yuv420p';
/** 8 bits have 256 values: nothing is computed for the others. */
const of8Bits = (value: string): string => String.raw`ifnot(gt(val\,255)\,clip(${value}\,0\,255))`;
const luma = of8Bits('(val-16)*255/219+0.5');
const chroma = of8Bits('(val-128)*255/224+128.5');
