import type { LocalFile } from '../../base/temporary-file.js';
import type { Fraction } from '../input.js';
import { linesOf } from '../lines.js';
import type { VideoProbe } from '../probe-answer.js';
import { ToolProcess, type ToolOptions } from '../tool-process.js';
import { copyArguments } from './copy-arguments.js';
import { Doubt } from './doubt.js';
import { maxPackets, type FrameIndex } from './frame-index.js';

/** ffmpeg's framecrc: stream, decoding time, presentation time, duration, size, checksum; flags unless it is a plain key packet. */
const packetLine = /^0,\s*-?\d+,\s*(-?\d+),\s*-?\d+,\s*(\d+), 0x[\da-f]{8}(?:, F=0x([\da-f]+))?$/i;
const [keyFlag, disposableFlag] = [0x01, 0x10];
const fractionLine = /^#(tb|sar) 0: (\d+)\/(\d+)$/;

const unknown = { timeBase: { num: 0, den: 1 }, aspect: { num: 0, den: 1 } };

/** After so many packets, the beginning shows whether to go on. */
const beginning = 1000;

/**
 * Reads the index of a video stream with the ffmpeg that decodes it, so that both see the same packets at the same times.
 *
 * @param goesOn is asked once, about the beginning
 * @throws Doubt if the index is not complete and plain: damage, missing times, packets with flags or data at their side (which edit lists
 *   and other parameters bring); MvsError EXTRACTOR_FAILED as `extract` does; the signal's reason when it is aborted
 */
export async function readIndex(
  input: LocalFile,
  probe: VideoProbe,
  goesOn: (beginning: FrameIndex) => boolean,
  options: ToolOptions,
): Promise<FrameIndex> {
  const ffmpeg = await ToolProcess.start(
    'ffmpeg',
    input,
    (reached) => copyArguments(reached, probe, 'framecrc'),
    options,
  );
  try {
    const index = { ...unknown, pts: [], sizes: [], keys: [] } as Columns;
    for await (const line of linesOf(ffmpeg.output())) {
      add(line, index);
      const packets = index.pts.length;
      if (packets > maxPackets) throw new Doubt('there are too many packets');
      if (packets === beginning && line.startsWith('0') && !goesOn(index))
        throw new Doubt('too few frames could be skipped');
    }
    const failure = await ffmpeg.failure();
    if (failure) throw failure;
    options.signal?.throwIfAborted();
    const { log } = ffmpeg;
    const { exitCode } = await ffmpeg.ended;
    if (exitCode !== 0 || log.damaged)
      throw new Doubt(log.problems[0] ?? `ffmpeg ended with exit code ${exitCode}`);
    if (log.timesChanged) throw new Doubt('times are missing or out of order');
    return index;
  } finally {
    await ffmpeg.stop();
  }
}

interface Columns extends FrameIndex {
  timeBase: Fraction;
  aspect: Fraction;
  readonly pts: number[];
  readonly sizes: number[];
  readonly keys: boolean[];
}

function add(line: string, index: Columns): void {
  const [, name, num, den] = fractionLine.exec(line) ?? [];
  if (name !== undefined)
    index[name === 'tb' ? 'timeBase' : 'aspect'] = { num: Number(num), den: Number(den) };
  if (line.startsWith('#')) return;
  // Two flags are plain: that of a key packet, and that of a packet that no other one needs.
  const [, pts, size, flags = '1'] = packetLine.exec(line) ?? [];
  const isPlain =
    Number.isSafeInteger(Number(pts)) && (Number.parseInt(flags, 16) & ~(keyFlag | disposableFlag)) === 0;
  if (!isPlain) throw new Doubt('a packet has no time, or more than a picture');
  index.pts.push(Number(pts));
  index.sizes.push(Number(size));
  index.keys.push((Number.parseInt(flags, 16) & keyFlag) !== 0);
}
