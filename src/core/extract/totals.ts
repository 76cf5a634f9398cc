import type { SamplingMethod } from '../frames/sampling.js';
import { containerProblems } from './container.js';
import { isLive, type ExtractInput } from './input.js';
import type { VideoProbe } from './probe-answer.js';
import type { ToolOptions, ToolProcess } from './tool-process.js';
import { undecodable } from './unreadable.js';

export interface ExtractionTotals {
  /** Exact, unless ffmpeg failed on a damaged file: then the number that is known to have been decoded. */
  readonly framesDecoded: number;
  readonly framesExtracted: number;
  /** The file did not decode cleanly to its end; the readable frames were extracted. */
  readonly damaged: boolean;
  /** The first few problems, in ffmpeg's words. */
  readonly problems: readonly string[];
}

interface TotalsOptions extends ToolOptions {
  readonly samplingMethod: SamplingMethod;
  readonly probe: VideoProbe;
}

/** The extraction as its reader saw it. */
interface Extracted {
  readonly framesExtracted: number;
  readonly lastFrame: number;
}

/**
 * The totals of an ffmpeg that has come to its end by itself. Checks what it says against what came out, and reads the
 * container of a file once more.
 *
 * @throws MvsError NOT_A_VIDEO if no frame was decoded.
 */
export async function totalsOf(
  input: ExtractInput,
  ffmpeg: ToolProcess,
  { framesExtracted, lastFrame }: Extracted,
  { samplingMethod, probe, ...options }: TotalsOptions,
): Promise<ExtractionTotals> {
  const { log } = ffmpeg;
  const { exitCode = 0 } = await ffmpeg.ended;
  if (exitCode !== 0) log.problem(`ffmpeg ended with exit code ${exitCode}`);
  const framesDecoded = log.framesDecoded ?? lastFrame;
  if (framesDecoded === 0) throw undecodable(input.input, log, probe.codec, ffmpeg.release);
  const chosen =
    'every' in samplingMethod ? Math.floor(framesDecoded / samplingMethod.every) : log.chosen.count;
  if (chosen !== framesExtracted) {
    log.problem(`${framesExtracted} frames came out of ${framesDecoded} decoded ones, not ${chosen}`);
  }
  if (!log.damaged && !isLive(input))
    for (const problem of await containerProblems(input, probe, options)) log.problem(problem);
  if (framesDecoded >= (probe.announcedFrames ?? Infinity)) log.isWhole();
  return { framesDecoded, framesExtracted, damaged: log.damaged, problems: log.problems };
}
