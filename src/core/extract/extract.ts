import { MvsError } from '../base/errors.js';
import { quoted } from '../base/text.js';
import { mustBeSampling } from '../frames/sampling.js';
import { watchForChange } from '../source/files.js';
import { openSource, type OpenOptions } from '../source/open.js';
import { renameHint, type LiveSource, type Source } from '../source/source.js';
import { extractArguments } from './command.js';
import { commandOptions } from './command-options.js';
import type { ExtractOptions, FrameOptions, Frames } from './extracted.js';
import { fingerprint, ofStream } from './fingerprint.js';
import type { ExtractInput } from './input.js';
import { probeVideo, type StreamOptions } from './probe.js';
import type { VideoProbe } from './probe-answer.js';
import { readSmjpeg } from './smjpeg.js';
import { extractSkipping } from './sparse/skipping.js';
import { Yielded } from './sparse/yielded.js';
import { ToolProcess } from './tool-process.js';
import { totalsOf } from './totals.js';

export type { ExtractedFrame, ExtractOptions, FrameOptions, Frames } from './extracted.js';

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
 * Extracts the chosen frames of a video stream as JPEG; returns the totals after the last one. Skips what need not be decoded.
 *
 * @throws MvsError NO_INPUT; NOT_A_VIDEO if no frame can be decoded; EXTRACTOR_FAILED if ffmpeg is missing, dies, stalls or
 *   writes invalid output; USAGE for options out of range; the signal's reason when it is aborted.
 */
export async function* extract(input: ExtractInput, options: ExtractOptions): Frames {
  mustBeInRange(options);
  const { maxFrameBytes = 32 << 20, probe = await probeVideo(input, options) } = options;
  const known = { ...options, maxFrameBytes, probe };
  const skipped = yield* extractSkipping(input, known);
  return skipped instanceof Yielded ? yield* extractAll(input, known, skipped) : skipped;
}

/**
 * Decodes all frames. A layer of its own because it owns ffmpeg: one process runs until the totals, waits while no frame is asked for, and
 * has ended when the iteration ends, for whatever reason.
 *
 * @param yielded frames that are not yielded again
 */
async function* extractAll(
  input: ExtractInput,
  options: ExtractOptions & { readonly probe: VideoProbe; readonly maxFrameBytes: number },
  yielded: Yielded,
): Frames {
  const { samplingMethod, signal, probe, maxFrameBytes } = options;
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
      const time = milliseconds / 1000;
      if (!yielded.covers({ frame, time })) yield { frame, time, jpeg };
    }
    const failure = await ffmpeg.failure();
    if (failure) throw failure;
    signal?.throwIfAborted();
    yielded.mustHaveBeenSeen();
  } catch (error) {
    throw await causeOf(error, ffmpeg, signal);
  } finally {
    await ffmpeg.stop();
  }
  return totalsOf(input, ffmpeg, { framesExtracted, lastFrame: frame }, options);
}

async function start(input: ExtractInput, probe: VideoProbe, options: ExtractOptions): Promise<ToolProcess> {
  const { samplingMethod } = options;
  return ToolProcess.start(
    'ffmpeg',
    input,
    (reached, binary) => {
      if ('keyframes' in samplingMethod && probe.codec === 'av1' && binary.fpsMode === 'vsync')
        throw keyFramesUnknown(input);
      return extractArguments(reached, commandOptions(probe, options), probe, binary);
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
