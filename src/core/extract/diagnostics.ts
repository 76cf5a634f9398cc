import { ChosenFrames } from './chosen-frames.js';

/** How many problems are kept, and how many characters of each: a broken file makes ffmpeg write thousands of lines. */
const maxProblems = 5;
const maxLength = 300;

/** `[vp8 @ 0x1f74e740] [error] message`; there may be no component before the level, or several. */
const levelled =
  /^(?:\[(?<from>[^\]]*?)(?: @ 0x[\da-f]+)?\] )*?\[(?<level>panic|fatal|error|warning|info|verbose)\] (?<message>.*)$/s;

const severe = new Set(['error', 'fatal', 'panic']);

/** Damage that ffmpeg reports at a lower level than error. */
const damage =
  /corrupt (?:input packet|decoded frame) in stream|concealing \d+ DC|ended prematurely|block data error|^Failed to open segment \d+ of playlist/;

/** Reported at level error for files that every player accepts: reference bookkeeping, order of timestamps. */
const harmless =
  /mmco: unref short failure|co located POCs unavailable|non monotonically increasing dts|^SEI type \d+ size \d+ truncated/;

/** From the statistics of the decoded stream, which ffmpeg prints at its end at level verbose. */
const decoded =
  /^ {2}Input stream #0:\d+(?:\[\w+\])?(?:\(\w+\))? \(video\): \d+ packets read \(\d+ bytes\); (\d+) frames decoded/;

/** The output of `print` in an expression: `select` prints the number of a kept frame, `setpts` its milliseconds. */
const printed = /^(\d+)\.0+$/;

/** ffmpeg's exit code after a signal, and only then (`exit_program(received_sigterm ? 255 : …)`, ffmpeg.c). */
export const exitCodeOfSignal = 255;
const stopped = /^Exiting normally, received signal (\d+)/;

/** Reads the stderr of ffmpeg or ffprobe (`-loglevel level+…`) line by line, and keeps what matters. */
export class Diagnostics {
  /** The first few problems, without ffmpeg's decoration. */
  readonly problems: string[] = [];
  /** The number of decoded frames; known when ffmpeg has ended by itself. */
  framesDecoded: number | undefined;
  /** Part of the file could not be read correctly. */
  damaged = false;
  /**
   * The signal that ended ffmpeg early (a Ctrl-C reaches it too). Metadata of a file can contain the same text: only trust it if the
   * exit code is `exitCodeOfSignal`.
   */
  stoppedBySignal: number | undefined;
  /** A picture has more pixels than `-max_pixels` allows. */
  tooLarge = false;
  /** Which frames ffmpeg keeps, if it prints them. */
  readonly chosen = new ChosenFrames();
  readonly #address: string | undefined;

  /** @param address of the input, which is removed from problems: it may be that of a temporary copy, or hold secrets */
  constructor(address?: string) {
    this.#address = address === undefined ? undefined : `${address}: `;
  }

  line(text: string): void {
    const { from, level, message } = levelled.exec(text)?.groups ?? {};
    if (level === undefined || message === undefined) return;
    const frames = decoded.exec(message);
    if (frames) this.framesDecoded = Number(frames[1]);
    const number = printed.exec(message);
    if (number) this.chosen.printed(level, Number(number[1]));
    const signal = stopped.exec(message);
    if (signal) this.stoppedBySignal = Number(signal[1]);
    if ((severe.has(level) && !harmless.test(message)) || damage.test(message)) this.problem(message, from);
  }

  problem(message: string, from?: string): void {
    this.damaged = true;
    this.tooLarge ||= message.includes('exceeds specified max pixel count');
    const said = this.#address === undefined ? message : message.replace(this.#address, '');
    const whole = from === undefined ? said : `${from}: ${said.trim()}`;
    const text = whole.slice(0, maxLength).replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
    if (this.problems.length < maxProblems && !this.problems.includes(text)) this.problems.push(text);
  }
}
