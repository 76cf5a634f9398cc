import { ChosenFrames } from './chosen-frames.js';
import { Problems } from './problems.js';

/** `[vp8 @ 0x1f74e740] [error] message`; there may be no component before the level, or several. */
const levelled =
  /^(?:\[(?<from>[^\]]*?)(?: @ 0x[\da-f]+)?\] )*?\[(?<level>panic|fatal|error|warning|info|verbose)\] (?<message>.*)$/s;

const severe = new Set(['error', 'fatal', 'panic']);

/** Damage that ffmpeg reports at a lower level than error, in the words of ffmpeg 4 to 9. */
const damage =
  /corrupt input packet in stream|corrupt decoded frame|concealing \d+ DC|ended prematurely|block data error|^Failed to open segment (?:\d+ )?of playlist/;

/** Reported at level error for files that every player accepts: reference bookkeeping, order of timestamps, metadata of a JPEG. */
const harmless =
  /mmco: unref short failure|unable to decode APP fields|co located POCs unavailable|non monotonically increasing dts|^SEI type \d+ size \d+ truncated/;

/** From the statistics of the decoded stream, which ffmpeg prints at its end at level verbose. */
const decoded =
  /^ {2}Input stream #0:\d+(?:\[\w+\])?(?:\(\w+\))? \(video\): \d+ packets read \(\d+ bytes\); (\d+) frames decoded/;

/** A muxer got times that do not ascend or are missing, in the words of ffmpeg 4 to 9. */
const changed = /^(?:Non-monoton\w+ DTS|Invalid DTS|Timestamps are unset|pts has no value)/;

/** In the words of ffmpeg 4 to 9. */
const noDecoder =
  /^Decoder \(codec .*\) not found|no decoder found for|decoder '.*' is experimental|Unknown decoder|^Decoding requested, but no decoder/;

/** The output of `print` in an expression: `select` prints the number of a kept frame, `setpts` its milliseconds. */
const printed = /^(\d+)\.0+$/;

/** ffmpeg's exit code after a signal, and only then (`exit_program(received_sigterm ? 255 : …)`, ffmpeg.c). */
export const exitCodeOfSignal = 255;
const stopped = /^Exiting normally, received signal (\d+)/;

/** ffmpeg has opened its input: its container, and then the stream that it decodes. */
const opened = /^Input #0, (.*), from '/;
const mapped = /^ {2}Stream #0:(\d+) -> #0:0 /;

/** Reads the stderr of ffmpeg or ffprobe (`-loglevel level+…`) line by line, and keeps what matters. */
export class Diagnostics {
  /** The number of decoded frames; known when ffmpeg has ended by itself. */
  framesDecoded: number | undefined;
  /**
   * The signal that ended ffmpeg early (a Ctrl-C reaches it too). Metadata of a file can contain the same text: only trust it if the
   * exit code is `exitCodeOfSignal`.
   */
  stoppedBySignal: number | undefined;
  /** A picture has more pixels than `-max_pixels` allows. */
  tooLarge = false;
  /** ffmpeg has no decoder for the video. */
  undecodable = false;
  /** Which frames ffmpeg keeps, if it prints them. */
  readonly chosen: ChosenFrames;
  /** ffmpeg has changed times to make them ascend. */
  timesChanged = false;
  readonly #address: string | undefined;
  readonly #problems = new Problems();
  #container: string | undefined;
  /** The index of the stream that is decoded. */
  #stream: number | undefined;

  /** @param address of the input, which is removed from problems: it may be that of a temporary copy, or hold secrets */
  constructor(address?: string, chosen = new ChosenFrames()) {
    this.chosen = chosen;
    this.#address = address === undefined ? undefined : `${address}: `;
  }

  /** The first few problems, without ffmpeg's decoration. */
  get problems(): readonly string[] {
    return this.#problems.texts;
  }

  /** Part of the video could not be read correctly. */
  get damaged(): boolean {
    return this.problems.length > 0;
  }

  line(text: string): void {
    const { from, level, message } = levelled.exec(text)?.groups ?? {};
    if (level === undefined || message === undefined) return;
    this.#see(level, message);
    this.timesChanged ||= changed.test(message);
    if ((severe.has(level) && !harmless.test(message)) || damage.test(message)) this.problem(message, from);
  }

  problem(message: string, from?: string): void {
    this.tooLarge ||= message.includes('exceeds specified max pixel count');
    this.undecodable ||= noDecoder.test(message);
    this.#problems.add(this.#address === undefined ? message : message.replace(this.#address, ''), from);
    if (this.#stream !== undefined) this.#problems.keepOfStream(this.#stream);
  }

  /** Keeps only problems of the container, and of one of its streams: for ffprobe, which decodes nothing. */
  keepOf(container: string | undefined, stream: number): void {
    this.#problems.keepOfContainer(container);
    this.#problems.keepOfStream(stream);
  }

  /** All frames that the container announces were decoded. */
  isWhole(): void {
    this.#problems.dropCutOff();
  }

  #see(level: string, message: string): void {
    const frames = decoded.exec(message);
    if (frames) this.framesDecoded = Number(frames[1]);
    const number = printed.exec(message);
    if (number) this.chosen.printed(level, Number(number[1]));
    const signal = stopped.exec(message);
    if (signal) this.stoppedBySignal = Number(signal[1]);
    if (level !== 'info' || this.#stream !== undefined) return;
    this.#container ??= opened.exec(message)?.[1];
    const stream = mapped.exec(message)?.[1];
    if (stream === undefined) return;
    this.#stream = Number(stream);
    this.keepOf(this.#container, this.#stream);
  }
}
