import { availableParallelism } from 'node:os';
import { MvsError } from '../base/errors.js';
import { extractArguments, isLive, outputSize, type ExtractInput, type Scaling } from './command.js';
import { containerProblems } from './container.js';
import type { Diagnostics } from './diagnostics.js';
import { probe } from './probe.js';
import type { VideoProbe } from './probe-answer.js';
import { readSmjpeg } from './smjpeg.js';
import { ToolProcess, type ToolOptions } from './tool-process.js';
import { mustBeSampling, type SamplingMethod } from '../frames/sampling.js';
import { quoted } from '../base/text.js';

export { fingerprint } from './fingerprint.js';
export { probe } from './probe.js';

export type ExtractOptions = SamplingMethod & Settings;

interface Settings extends ToolOptions, Scaling {
  /** mjpeg quantizer, 2 (best) – 31; 3 unless given. */
  readonly quality?: number;
  /** Extract no faster than the video plays. */
  readonly realtime?: boolean;
  /** What `probe` said, where the caller has asked already. */
  readonly video?: VideoProbe;
  /** How many videos are extracted at this time: they share the cores. 1 unless given. */
  readonly among?: number;
  /** A frame of more bytes is an error; 32 MiB unless given. */
  readonly maxFrameBytes?: number;
}

export interface ExtractedFrame {
  /** Counts decoded frames from 1, also those not extracted. */
  readonly frame: number;
  /** Presentation time in seconds from the start of the file, in whole milliseconds; strictly increasing. */
  readonly time: number;
  readonly jpeg: Uint8Array;
}

export interface ExtractionTotals {
  /** Exact, unless ffmpeg broke down on a damaged file: then what is known to have been decoded. */
  readonly framesDecoded: number;
  readonly framesExtracted: number;
  /** The file did not decode cleanly to its end; the frames that could be read were extracted. */
  readonly damaged: boolean;
  /** The first few things wrong with it, in ffmpeg's words. */
  readonly problems: readonly string[];
}

/**
 * Extracts the chosen frames of a file's first video stream as JPEG; returns the totals after the last one.
 * One ffmpeg runs until then, waits while no frame is asked for, and is gone once the iteration ends in any way.
 *
 * @throws MvsError NO_INPUT, NOT_A_VIDEO where no frame can be decoded, EXTRACTOR_FAILED where ffmpeg is missing, dies,
 *   stalls or writes what it should not, USAGE for options out of range; the signal's reason when it is aborted.
 */
export async function* extract(
  file: ExtractInput,
  options: ExtractOptions,
): AsyncGenerator<ExtractedFrame, ExtractionTotals, void> {
  const { signal, maxFrameBytes = 32 << 20 } = options;
  const ffmpeg = await start(file, options);
  let [framesExtracted, frame] = [0, 0];
  try {
    for await (const { milliseconds, jpeg } of readSmjpeg(ffmpeg.output(), maxFrameBytes)) {
      // What was read before the signal is not handed out after it.
      signal?.throwIfAborted();
      framesExtracted += 1;
      frame = 'every' in options ? framesExtracted * options.every : await ffmpeg.frameAt(milliseconds);
      yield { frame, time: milliseconds / 1000, jpeg };
    }
    const failure = await ffmpeg.failure();
    if (failure) throw failure;
    signal?.throwIfAborted();
  } catch (error) {
    throw await reasonFor(error, ffmpeg, signal);
  } finally {
    await ffmpeg.stop();
  }
  return totals(file, ffmpeg, { framesExtracted, lastFrame: frame, options });
}

async function start(file: ExtractInput, options: ExtractOptions): Promise<ToolProcess> {
  const { width, quality = 3, realtime = false } = options;
  mustBeSampling(options);
  mustBeInteger('quality', quality, 2, 31);
  if (width !== undefined) mustBeInteger('width', width, 2, 65_535);
  const video = options.video ?? (await probe(file, options));
  // More decoders than cores would take them from each other.
  const threads = Math.max(1, Math.round(availableParallelism() / (options.among ?? 1)));
  const command = { ...options, quality, realtime, threads, size: outputSize(video, options) };
  return ToolProcess.start(
    'ffmpeg',
    file,
    ({ fpsMode }) => {
      if ('keyframes' in options && video.codec === 'av1' && fpsMode === 'vsync')
        throw keyFramesUnknown(file);
      return extractArguments(file, command, video, fpsMode);
    },
    options,
  );
}

/** The bundled ffmpeg, 4.1, calls each frame of AV1 a key frame. */
function keyFramesUnknown({ input }: ExtractInput): MvsError {
  const message = `This ffmpeg does not know which frames of ${quoted(input)} are key frames, as it is AV1`;
  return new MvsError('EXTRACTOR_FAILED', message, {
    hint: 'Use --fps or --scene, or set MVS_FFMPEG to ffmpeg 6 or later.',
  });
}

function mustBeInteger(name: string, value: number, from: number, to: number): void {
  if (Number.isInteger(value) && value >= from && value <= to) return;
  throw new MvsError('USAGE', `${name} must be a whole number from ${from} to ${to}, not ${value}`);
}

/** An abort or a crash of ffmpeg shows first as a frame stream that breaks off: says what is behind it. */
async function reasonFor(
  error: unknown,
  ffmpeg: ToolProcess,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  if (signal?.aborted) return signal.reason;
  const brokenOff = ffmpeg.stdout.readableEnded;
  return (brokenOff ? await ffmpeg.failure() : undefined) ?? error;
}

interface Progress {
  readonly framesExtracted: number;
  readonly lastFrame: number;
  readonly options: ExtractOptions;
}

async function totals(
  file: ExtractInput,
  ffmpeg: ToolProcess,
  progress: Progress,
): Promise<ExtractionTotals> {
  const { log } = ffmpeg;
  const { framesExtracted, lastFrame, options } = progress;
  const { exitCode = 0 } = await ffmpeg.ended;
  if (exitCode !== 0) log.problem(`ffmpeg ended with exit code ${exitCode}`);
  const framesDecoded = log.framesDecoded ?? lastFrame;
  if (framesDecoded === 0) throw nothingDecoded(file, log);
  const chosen = 'every' in options ? Math.floor(framesDecoded / options.every) : log.chosen.count;
  if (chosen !== framesExtracted) {
    log.problem(`${framesExtracted} frames came out of ${framesDecoded} decoded ones, not ${chosen}`);
  }
  if (!log.damaged && !isLive(file))
    for (const problem of await containerProblems(file, options)) log.problem(problem);
  return { framesDecoded, framesExtracted, damaged: log.damaged, problems: log.problems };
}

function nothingDecoded({ input }: ExtractInput, log: Diagnostics): MvsError {
  const reason = log.problems[0] === undefined ? '' : ` (${log.problems[0]})`;
  return new MvsError('NOT_A_VIDEO', `No frame of ${quoted(input)} can be decoded${reason}`, {
    hint: 'Check that it plays; if it was copied or downloaded, do that again.',
  });
}
