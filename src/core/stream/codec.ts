import * as v from 'valibot';
import { MvsError } from '../base/errors.js';
import { maxFrames, type EndOfVideo, type Frame, type FrameId, type VideoRun } from '../frames/frame.js';
import { listsItsFrames, totalsSchema, type Totals } from '../frames/totals.js';
import { lastText, textHeaders } from './message.js';
import { problemsOf } from '../base/problems.js';
import { everyOf, isSamplingKey, samplingKey } from '../frames/sampling.js';
import type { OutgoingMessage, StreamMessage } from './port.js';
import { videoNameProblem } from '../frames/video-name.js';

/** `frame` spreads a video evenly over all partitions; `video` keeps the order within a video. */
export type PartitionBy = 'frame' | 'video';

/** Raised when a reader of an older version could misread a message. */
const schemaVersion = '1';

const nothing = new Uint8Array();
/** As large as a frame may be that `extract` gives out; brokers usually allow less. */
const maxValueBytes = 32 << 20;

const digits = v.pipe(v.string(), v.regex(/^\d{1,15}$/));
const ordinal = v.pipe(digits, v.transform(Number), v.minValue(1));
const frameNumber = v.pipe(ordinal, v.maxValue(maxFrames));
const common = {
  schema_version: v.literal(schemaVersion),
  video_name: v.string(),
  fingerprint: v.pipe(v.string(), v.regex(/^[0-9a-f]{16,128}$/)),
  /** All that messages of older versions have; newer ones have both, so that older readers take those that they understand. */
  every: v.optional(ordinal),
  sampling: v.optional(v.pipe(v.string(), v.check(isSamplingKey, 'no such sampling'))),
};
const headersSchema = v.variant('message_type', [
  v.object({
    ...common,
    message_type: v.literal('frame'),
    content_type: v.literal('image/jpeg'),
    frame: frameNumber,
    presentation_time_ms: v.pipe(digits, v.transform(Number)),
  }),
  v.object({
    ...common,
    message_type: v.literal('end-of-video'),
    content_type: v.literal('application/json'),
  }),
]);

/** All that mvs reads; others (of a tracer, say) may be there too. */
const headerNames = [...new Set(headersSchema.options.flatMap(({ entries }) => Object.keys(entries)))];

export type Decoded =
  { readonly type: 'frame'; readonly frame: Frame } | { readonly type: 'end'; readonly end: EndOfVideo };

export function encodeFrame(frame: Frame, partitionBy: PartitionBy): OutgoingMessage {
  const ordered = partitionBy === 'video';
  return {
    key: Buffer.from(ordered ? frame.video : `${frame.video}:${frame.frame}`),
    ordered,
    value: frame.jpeg,
    headers: textHeaders({
      schema_version: schemaVersion,
      message_type: 'frame',
      content_type: 'image/jpeg',
      ...samplingHeaders(frame),
      frame: String(frame.frame),
      presentation_time_ms: String(Math.max(0, Math.round(frame.time * 1000))),
    }),
  };
}

export function encodeEnd(end: EndOfVideo): OutgoingMessage {
  const { video, fingerprint: _fingerprint, sampling: _sampling, ...totals } = end;
  return {
    key: Buffer.from(video),
    ordered: true,
    value: Buffer.from(JSON.stringify(totals)),
    headers: textHeaders({
      schema_version: schemaVersion,
      message_type: 'end-of-video',
      content_type: 'application/json',
      ...samplingHeaders(end),
    }),
  };
}

function samplingHeaders({ video, fingerprint, sampling }: VideoRun): Record<string, string> {
  const every = everyOf(sampling);
  return {
    video_name: video,
    fingerprint,
    sampling,
    ...(every === undefined ? {} : { every: String(every) }),
  };
}

/** Reads a message, which may not have been written by mvs. @throws MvsError BAD_MESSAGE with what is wrong with it. */
export function decode({ headers: bytes, value }: StreamMessage): Decoded {
  const texts = headerNames.map((name) => [name, lastText(bytes, name)] as const);
  // One that is there and cannot be read is not one that is missing.
  const unreadable = texts.find(([name, text]) => text === undefined && (bytes.get(name)?.length ?? 0) > 0);
  if (unreadable) throw bad(`the header "${unreadable[0]}" is not UTF-8`);
  const parsed = v.safeParse(headersSchema, Object.fromEntries(texts));
  if (!parsed.success) throw bad(`headers: ${problemsOf(parsed.issues)}`);
  const headers = parsed.output;
  const { video_name: video, fingerprint, every } = headers;
  const sampling = headers.sampling ?? (every === undefined ? undefined : samplingKey({ every }));
  if (sampling === undefined) throw bad('headers: neither "sampling" nor "every"');
  const problem = videoNameProblem(video);
  if (problem !== undefined) throw bad(`video name ${JSON.stringify(video)} ${problem}`);
  if (value !== null && value.byteLength > maxValueBytes)
    throw bad(`the value has more than ${maxValueBytes} bytes`);
  if (headers.message_type === 'end-of-video')
    return {
      type: 'end',
      end: { video, fingerprint, sampling, ...decodeTotals(value ?? nothing, sampling) },
    };
  const { frame, presentation_time_ms: ms } = headers;
  return {
    type: 'frame',
    frame: { video, frame, fingerprint, sampling, time: ms / 1000, jpeg: value ?? nothing },
  };
}

/** What a message says of its frame, whatever else is wrong with it. */
export function frameIdOf({ headers }: StreamMessage): Partial<FrameId> {
  const video = lastText(headers, 'video_name');
  const frame = v.safeParse(frameNumber, lastText(headers, 'frame'));
  return { ...(video === undefined ? {} : { video }), ...(frame.success ? { frame: frame.output } : {}) };
}

function decodeTotals(value: Uint8Array, sampling: string): Totals {
  let totals: Totals;
  try {
    totals = v.parse(totalsSchema, JSON.parse(Buffer.from(value).toString('utf8')));
  } catch (cause) {
    throw bad('the totals of the video cannot be read', cause);
  }
  if (!listsItsFrames(sampling, totals)) throw bad('the totals do not say which frames were published');
  return totals;
}

function bad(what: string, cause?: unknown): MvsError {
  return new MvsError('BAD_MESSAGE', `not a message of mvs: ${what}`, { cause });
}
