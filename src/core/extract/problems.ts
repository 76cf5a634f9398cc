/** How many problems are shown, and how many characters of each: a broken file makes ffmpeg write thousands of lines. */
const maxShown = 5;
const maxLength = 300;
/** More are kept, because those of other parts of the file are dropped later. */
const maxKept = 100;

/** Errors of a container that lists its chapters, covers and attachments: they are no part of the video. */
const accessory = /\bchapters?\b|attached picture|attachment|cover art/i;

/** `stream 1, offset 0x6d21: partial file`, `corrupt input packet in stream 1`, `decoding stream #0:1`. */
const ofStream = /\bstream (?:#?0:)?(\d+)\b/i;

/** The end of the file is missing; this says nothing about a stream. */
const cutOff = /ended prematurely|^Read error$|bytes of the file are missing/;

/** Names that ffmpeg gives to what is not a decoder: containers of several names, files and connections. */
const carrier = /,|^(?:in#\d+.*|file|https?|tcp|tls|rtsp|hls|mpegts)$/;

interface Problem {
  readonly text: string;
  /** The part of ffmpeg that reports it. */
  readonly from: string | undefined;
  /** The index of the stream that it names. */
  readonly stream: number | undefined;
}

/** The first few problems of an ffmpeg or ffprobe. */
export class Problems {
  #kept: readonly Problem[] = [];

  add(text: string, from?: string): void {
    if (this.#kept.length >= maxKept) return;
    const named = ofStream.exec(text)?.[1];
    const problem = { text, from, stream: named === undefined ? undefined : Number(named) };
    const alike = this.#kept.filter((known) => known.from === from && known.stream === problem.stream);
    if (alike.length >= maxShown || alike.some((known) => shown(known) === shown(problem))) return;
    this.#kept = [...this.#kept, problem];
  }

  /** In ffmpeg's words, without its decoration. */
  get texts(): readonly string[] {
    return this.#kept.slice(0, maxShown).map(shown);
  }

  /**
   * Drops what does not damage the video: errors of other streams, and errors of decoders that only looked at the beginning of each
   * stream to identify it. The decoder of the video reads that part again, and reports its own errors.
   */
  keepOfContainer(container: string | undefined): void {
    this.#kept = this.#kept.filter(
      ({ from }) => from === undefined || from === container || carrier.test(from),
    );
  }

  keepOfStream(index: number): void {
    this.#kept = this.#kept.filter(({ text, stream = index }) => !accessory.test(text) && stream === index);
  }

  /** All frames of the video are there, so what is missing belongs to another stream, or to the index. */
  dropCutOff(): void {
    this.#kept = this.#kept.filter(({ text }) => !cutOff.test(text));
  }
}

function shown({ text, from }: Problem): string {
  const whole = from === undefined ? text : `${from}: ${text.trim()}`;
  return whole.slice(0, maxLength).replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
