import { availableParallelism } from 'node:os';
import { MvsError } from '../base/errors.js';
import { quoted } from '../base/text.js';
import { mustBeSampling, type SamplingMethod } from '../frames/sampling.js';
import { watchForChange } from '../source/files.js';
import { openSource, type OpenOptions } from '../source/open.js';
import { renameHint, type LiveSource, type Source } from '../source/source.js';
import { extractArguments } from './command.js';
import { fingerprint, ofStream } from './fingerprint.js';
import type { ExtractInput } from './input.js';
import { probeVideo, type StreamOptions } from './probe.js';
import type { VideoProbe } from './probe-answer.js';
import { outputSize, type Scaling } from './scaling.js';
import { readSmjpeg } from './smjpeg.js';
import { ToolProcess, type ToolOptions } from './tool-process.js';
import { totalsOf, type ExtractionTotals } from './totals.js';

/** What is decoded in a few tenths of a second: less is not worth a thread. */
const pixelsOfAThread = 50e6;

/** Which frames to extract, and how. */
export interface FrameOptions extends Scaling {
  readonly samplingMethod: SamplingMethod;
  /** mjpeg quantizer, 2 (best) – 31; the default is 3. */
  readonly quality?: number;
  /** Extract no faster than the video plays. */
  readonly realtime?: boolean;
  /** How many videos are extracted at the same time and share the cores; the default is 1. */
  readonly concurrentVideos?: number;
}

export interface ExtractOptions extends FrameOptions, ToolOptions {
  /** The answer of `probeVideo`, if the caller has it already. */
  readonly probe?: VideoProbe;
  /** A larger frame is an error; the default is 32 MiB. */
  readonly maxFrameBytes?: number;
}

export interface ExtractedFrame {
  /** Counts decoded frames from 1, including those that are not extracted. */
  readonly frame: number;
  /** Presentation time in seconds from the start of the file, in whole milliseconds; strictly increasing. */
  readonly time: number;
  readonly jpeg: Uint8Array;
}

/** Yields frames on demand, and returns the totals after the last one. */
export type Frames = AsyncGenerator<ExtractedFrame, ExtractionTotals, void>;

/** A source that has been opened, to be read once. */
export interface OpenVideo extends AsyncDisposable {
  readonly probe: VideoProbe;
  readonly fingerprint: string;
  /** Ends the publishing of its frames. */
  readonly publishSignal: AbortSignal;
  /** @param isFull is asked after each frame of a live source; once true, the recording ends regularly */
  frames(options: FrameOptions, isFull: () => boolean): Frames;
  /** @throws MvsError SOURCE_CHANGED if the file changed while it was read. */
  mustBeUnchanged(): Promise<void>;
}

/** @throws MvsError as opening and probing do; the signal's reason when it is aborted. */
export async function openFile(
  source: Exclude<Source, LiveSource>,
  options: OpenOptions & StreamOptions,
): Promise<OpenVideo> {
  const { signal, stallMs, streamIndex } = options;
  const file = await openSource(source, options);
  try {
    // First: the probe may read all of the file.
    const mustBeUnchanged = await watchForChange(file, renameHint(source));
    const probe = await probeVideo(file, { signal, stallMs, streamIndex });
    return {
      probe,
      fingerprint: ofStream(await fingerprint(file, signal), probe.unusualStream),
      publishSignal: signal,
      frames: (frameOptions) => extract(file, { ...frameOptions, probe, signal, stallMs }),
      mustBeUnchanged,
      [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
    };
  } catch (error) {
    await file[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * Extracts the chosen frames of a video stream as JPEG; returns the totals after the last one. A layer of its own
 * because it owns ffmpeg: one process runs until the totals, waits while no frame is asked for, and has ended when the iteration
 * ends, for whatever reason.
 *
 * @throws MvsError NO_INPUT; NOT_A_VIDEO if no frame can be decoded; EXTRACTOR_FAILED if ffmpeg is missing, dies, stalls or
 *   writes invalid output; USAGE for options out of range; the signal's reason when it is aborted.
 */
export async function* extract(input: ExtractInput, options: ExtractOptions): Frames {
  const { samplingMethod, signal, maxFrameBytes = 32 << 20 } = options;
  mustBeInRange(options);
  const probe = options.probe ?? (await probeVideo(input, options));
  const ffmpeg = await start(input, probe, options);
  let [framesExtracted, frame] = [0, 0];
  try {
    for await (const { milliseconds, jpeg } of readSmjpeg(ffmpeg.output(), maxFrameBytes)) {
      // A frame that was read before the signal is not yielded after it.
      signal?.throwIfAborted();
      framesExtracted += 1;
      frame =
        'every' in samplingMethod
          ? framesExtracted * samplingMethod.every
          : await ffmpeg.frameAt(milliseconds);
      yield { frame, time: milliseconds / 1000, jpeg };
    }
    const failure = await ffmpeg.failure();
    if (failure) throw failure;
    signal?.throwIfAborted();
  } catch (error) {
    throw await causeOf(error, ffmpeg, signal);
  } finally {
    await ffmpeg.stop();
  }
  return totalsOf(input, ffmpeg, { framesExtracted, lastFrame: frame }, { ...options, probe });
}

async function start(input: ExtractInput, probe: VideoProbe, options: ExtractOptions): Promise<ToolProcess> {
  const { samplingMethod, quality = 3, realtime = false } = options;
  // More decoder threads than cores would only compete.
  const threads = Math.max(1, Math.round(availableParallelism() / (options.concurrentVideos ?? 1)));
  const isShort = (probe.estimatedFrames ?? Infinity) * probe.width * probe.height < pixelsOfAThread;
  const command = { samplingMethod, quality, realtime, threads, isShort, size: outputSize(probe, options) };
  return ToolProcess.start(
    'ffmpeg',
    input,
    (reached, binary) => {
      if ('keyframes' in samplingMethod && probe.codec === 'av1' && binary.fpsMode === 'vsync')
        throw keyFramesUnknown(input);
      return extractArguments(reached, command, probe, binary);
    },
    options,
  );
}

/** The bundled ffmpeg, 4.1, marks every frame of AV1 as a key frame. */
function keyFramesUnknown({ input }: ExtractInput): MvsError {
  const message = `This ffmpeg cannot identify the key frames of ${quoted(input)}, because it is AV1`;
  return new MvsError('EXTRACTOR_FAILED', message, {
    hint: 'Use --fps or --scene, or set MVS_FFMPEG to ffmpeg 6 or later.',
  });
}

function mustBeInRange({ samplingMethod, width, quality }: FrameOptions): void {
  mustBeSampling(samplingMethod);
  if (quality !== undefined) mustBeInteger('quality', quality, 2, 31);
  if (width !== undefined) mustBeInteger('width', width, 2, 65_535);
}

function mustBeInteger(name: string, value: number, from: number, to: number): void {
  if (Number.isInteger(value) && value >= from && value <= to) return;
  throw new MvsError('USAGE', `${name} must be a whole number from ${from} to ${to}, not ${value}`);
}

/** An abort or a crash of ffmpeg first appears as a frame stream that breaks off; this is the error behind it. */
async function causeOf(error: unknown, ffmpeg: ToolProcess, signal?: AbortSignal): Promise<unknown> {
  if (signal?.aborted) return signal.reason;
  const brokenOff = ffmpeg.stdout.readableEnded;
  return (brokenOff ? await ffmpeg.failure() : undefined) ?? error;
}
