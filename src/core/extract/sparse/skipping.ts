import { MvsError, messageOf } from '../../base/errors.js';
import type { LocalFile } from '../../base/temporary-file.js';
import { openToRead } from '../../source/files.js';
import { findBinary } from '../binaries.js';
import { commandOptions } from '../command-options.js';
import { containerProblems } from '../container.js';
import type { ExtractedFrame, ExtractOptions } from '../extracted.js';
import { isLive, type ExtractInput } from '../input.js';
import type { VideoProbe } from '../probe-answer.js';
import type { ExtractionTotals } from '../totals.js';
import { decodePackets } from './decode-packets.js';
import { Doubt } from './doubt.js';
import type { FrameIndex } from './frame-index.js';
import { isInspectable } from './pictures/inspector-of.js';
import { planOf, type Plan } from './plan.js';
import { readIndex } from './read-index.js';
import { mayPay, pays, promises } from './worth.js';
import { Yielded } from './yielded.js';

interface SkippingOptions extends ExtractOptions {
  readonly probe: VideoProbe;
  readonly maxFrameBytes: number;
}

/**
 * Extracts the chosen frames of a file and decodes no more than they need, if it is certain that they come out as if all frames were
 * decoded. A layer of its own because it may end at any frame: then all frames have to be decoded.
 *
 * @returns the totals; or the frames that were extracted, if all have to be decoded for the others
 * @throws MvsError as `extract` does; the signal's reason when it is aborted
 */
export async function* extractSkipping(
  input: ExtractInput,
  options: SkippingOptions,
): AsyncGenerator<ExtractedFrame, ExtractionTotals | Yielded, void> {
  const { probe, signal, onDecoding } = options;
  const yielded = new Yielded(input.input);
  try {
    const file = mustBeFile(input, options);
    const { index, plan } = await planned(file, options);
    const framesDecoded = index.pts.length;
    onDecoding?.({ packets: plan.decoded, of: framesDecoded });
    const decode = { ...options, command: commandOptions(probe, options) };
    for await (const frame of decodePackets(file, index, plan, decode)) {
      yielded.add(frame);
      yield frame;
    }
    return { framesDecoded, framesExtracted: yielded.count, damaged: false, problems: [] };
  } catch (error) {
    signal?.throwIfAborted();
    // Not for what is no fault of the file, or a fault of mvs.
    if (error instanceof MvsError ? error.retriable : !(error instanceof Doubt || isSystemError(error)))
      throw error;
    onDecoding?.({ all: messageOf(error) });
    return yielded;
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'code' in error;
}

/** @throws Doubt by what is known without reading the packets */
function mustBeFile(input: ExtractInput, options: SkippingOptions): LocalFile {
  const { samplingMethod, realtime = false, before, skipping, probe } = options;
  if (skipping === 'never') throw new Doubt('all frames are to be decoded');
  if (isLive(input) || realtime) throw new Doubt('the source is live');
  if ('scene' in samplingMethod) throw new Doubt('scenes are found by comparing all frames');
  // Its frames got their numbers from a decoder that may have left some out.
  if (before?.damaged === true) throw new Doubt('the video is damaged');
  if (!isInspectable(probe.codec)) throw new Doubt(`the codec is ${probe.codec}`);
  if (skipping !== 'always' && !mayPay(probe, options)) throw new Doubt('too few frames could be skipped');
  return input;
}

/** @throws Doubt if all frames have to be decoded, or nearly all */
async function planned(
  file: LocalFile,
  options: SkippingOptions,
): Promise<{ readonly index: FrameIndex; readonly plan: Plan }> {
  const { samplingMethod, probe, before, skipping } = options;
  const always = skipping === 'always';
  // The bundled ffmpeg does not know the key frames of AV1.
  if (
    'keyframes' in samplingMethod &&
    probe.codec === 'av1' &&
    (await findBinary('ffmpeg')).fpsMode === 'vsync'
  )
    throw new Doubt('key frames are unknown');
  if (!(await hasPlainContainer(file))) throw new Doubt('the container is not MP4 or Matroska');
  const plan = (index: FrameIndex): Plan => {
    const decision = planOf(index, options);
    if ('all' in decision) throw new Doubt(decision.all);
    return decision;
  };
  const index = await readIndex(file, probe, (begin) => always || promises(begin, plan(begin)), options);
  if (before !== undefined && before.framesDecoded !== index.pts.length)
    throw new Doubt('another number of frames was decoded before');
  // Without a shape in the container, the decoder's own would count, and some containers make one up.
  if (probe.codec === 'av1' && index.aspect.num === 0) throw new Doubt('the shape of a pixel is unknown');
  const whole = plan(index);
  if (!always && !pays(probe, index, whole)) throw new Doubt('too few frames could be skipped');
  const [problem] = await containerProblems(file, probe, options);
  if (problem !== undefined) throw new Doubt(problem);
  return { index, plan: whole };
}

/** Their packets have presentation times and key flags of their own. */
async function hasPlainContainer(source: LocalFile): Promise<boolean> {
  await using file = await openToRead(source);
  const { buffer } = await file.read({ buffer: Buffer.alloc(8), position: 0 });
  return buffer.readUInt32BE(0) === 0x1a45dfa3 || buffer.toString('latin1', 4) === 'ftyp';
}
