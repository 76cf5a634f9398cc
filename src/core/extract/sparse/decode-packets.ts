import type { LocalFile } from '../../base/temporary-file.js';
import { extractArguments, type CommandOptions } from '../command.js';
import type { ExtractedFrame } from '../extracted.js';
import type { VideoProbe } from '../probe-answer.js';
import { readSmjpeg } from '../smjpeg.js';
import { ToolProcess, type ToolOptions } from '../tool-process.js';
import { copyArguments } from './copy-arguments.js';
import { Doubt } from './doubt.js';
import { ExpectedFrames } from './expected-frames.js';
import type { FrameIndex } from './frame-index.js';
import { PacketFilter } from './packet-filter.js';
import type { Plan } from './plan.js';

interface DecodeOptions extends ToolOptions {
  readonly probe: VideoProbe;
  readonly command: CommandOptions;
  readonly maxFrameBytes: number;
}

/**
 * Decodes the packets of a plan. One ffmpeg copies the packets of the file, `PacketFilter` passes some of them on, and another ffmpeg
 * decodes these. A layer of its own because it owns both processes, which have ended when the iteration ends.
 *
 * @throws Doubt as soon as a frame, or the end, is not as planned; MvsError EXTRACTOR_FAILED as `extract` does; the signal's reason when
 *   it is aborted
 */
export async function* decodePackets(
  input: LocalFile,
  index: FrameIndex,
  plan: Plan,
  { probe, command, maxFrameBytes, ...options }: DecodeOptions,
): AsyncGenerator<ExtractedFrame, void, void> {
  const copying = await ToolProcess.start(
    'ffmpeg',
    input,
    (reached) => copyArguments(reached, probe, 'matroska'),
    options,
  );
  try {
    const filter = new PacketFilter(probe.codec, index, plan);
    const chosen = new ExpectedFrames(plan, (frame) => filter.leavesOut(frame));
    const feed = { bytes: filter.of(copying.output()), pulse: () => filter.seen, chosen };
    const decoding = await ToolProcess.start(
      'ffmpeg',
      input,
      (_, binary) => extractArguments(index, command, probe, binary),
      { ...options, feed },
    );
    try {
      for await (const { milliseconds: mark, jpeg } of readSmjpeg(decoding.output(), maxFrameBytes)) {
        options.signal?.throwIfAborted();
        const frame = await chosen.frameAt(mark);
        mustBeSound(decoding);
        yield { frame, time: (plan.kept.get(frame) ?? 0) / 1000, jpeg };
      }
      for (const process of [decoding, copying]) await mustHaveEnded(process);
      chosen.mustBeComplete();
    } finally {
      await decoding.stop();
    }
  } finally {
    await copying.stop();
  }
}

/** Damage is for the decoder of the whole video to judge. */
function mustBeSound({ log }: ToolProcess): void {
  if (log.damaged) throw new Doubt(log.problems[0]);
}

async function mustHaveEnded(process: ToolProcess): Promise<void> {
  const failure = (await process.fed) ?? (await process.failure());
  if (failure !== undefined) throw failure as Error;
  mustBeSound(process);
  const { exitCode } = await process.ended;
  if (exitCode !== 0) throw new Doubt(`ffmpeg ended with exit code ${exitCode}`);
}
