import { encodeEnd, encodeFrame } from '../../../src/core/stream/codec.js';
import type { OutgoingMessage } from '../../../src/core/stream/port.js';
import type { Random } from '../../chaos/support/random.js';
import { fingerprint, picture } from '../../support/pipeline.js';

/** A message that nobody can process, under the name by which a dead letter is known. */
export interface Mutated {
  readonly name: string;
  readonly message: OutgoingMessage;
}

/** Values that a header must not have. */
const wrong: Readonly<Record<string, readonly [string, ...string[]]>> = {
  schema_version: ['0', '7', '-1', '1.0', '', 'NaN', '{"$gt":0}'],
  message_type: ['', 'Frame', 'frames', '$frame', '\0'],
  content_type: ['image/png', 'text/html', 'image/jpeg ', ''],
  fingerprint: ['{"$ne":""}', 'ab', 'AB'.repeat(16), `$${'a'.repeat(32)}`, `${'ab'.repeat(32)}\n`, ''],
  sampling: ['every=-1', 'every=1e3', 'every=1.$set', 'fps=$ne', '__proto__', 'keyframes.a', 'every=\u0661'],
  frame: ['0', '-1', '1.5', '1e3', '0x10', 'NaN', ' 1', '$inc', '9'.repeat(16), '', '\u0661'],
  presentation_time_ms: ['-1', '1.5', 'Infinity', '', '9'.repeat(30)],
};

/** So many messages, each spoilt in a way that is drawn; named `prefix-n`. */
export async function mutations(random: Random, count: number, prefix: string): Promise<Mutated[]> {
  const jpeg = await picture();
  return Array.from({ length: count }, (_, n) => {
    const video = `${prefix}-mutated-${n}`;
    const sampling = { video, fingerprint, sampling: 'every=1' };
    const frame = encodeFrame({ ...sampling, frame: n + 1, time: n, jpeg }, 'frame');
    const spoil = random.pick([wrongHeader, wrongHeader, noHeader, notUtf8, wrongValue, wrongTotals]);
    const message = spoil(frame, random, sampling);
    return { name: nameOf(message), message };
  });
}

type Spoil = (
  good: OutgoingMessage,
  random: Random,
  sampling: { video: string; fingerprint: string; sampling: string },
) => OutgoingMessage;

const wrongHeader: Spoil = (good, random) => {
  const [name, values] = random.pick(Object.entries(wrong) as [[string, [string, ...string[]]]]);
  return withHeader(good, name, Buffer.from(random.pick(values)));
};

const noHeader: Spoil = (good, random) => {
  const required = Object.keys(wrong).filter((name) => name !== 'sampling' && name !== 'frame') as [string];
  const headers = new Map(good.headers);
  headers.delete(random.pick(required));
  return { ...good, headers };
};

const notUtf8: Spoil = (good, random) => {
  const name = random.pick(Object.keys(wrong) as [string, ...string[]]);
  return withHeader(good, name, Buffer.from([0xc3, 0x28, random.between(0x80, 0xff)]));
};

/** Never a whole picture: a decoder may take one with a few bits flipped. */
const wrongValue: Spoil = (good, random) => {
  const jpeg = Buffer.from(good.value ?? []);
  const noise = Buffer.from(Array.from({ length: random.between(1, 2000) }, () => random.between(0, 255)));
  const value = random.pick<Buffer | null>([
    null,
    Buffer.alloc(0),
    noise,
    jpeg.subarray(0, random.between(1, jpeg.length / 2)),
    Buffer.concat([Buffer.from('x'), jpeg]),
    Buffer.from('\u0089PNG\r\n'),
  ]);
  return { ...good, value };
};

const wrongTotals: Spoil = (_, random, sampling) => {
  const size = { width: 64, height: 48, fps: 25, damaged: false };
  const totals = { source: 'clip.mp4', framesDecoded: 1, framesPublished: 1 };
  const end = encodeEnd({ ...sampling, ...totals, ...size });
  const text = String(end.value === null ? '' : Buffer.from(end.value));
  const value = random.pick([
    text.slice(0, random.between(1, text.length - 1)),
    text.replace(
      '"framesDecoded":1',
      `"framesDecoded":${random.pick(['1e300', '-1', '1.5', '"1"', '{"$gt":0}'])}`,
    ),
    text.replace('"damaged":false', '"damaged":"no"'),
    random.pick(['null', '[]', '1', '', '"{}"']),
  ]);
  return { ...end, value: Buffer.from(value) };
};

function withHeader(good: OutgoingMessage, name: string, value: Buffer): OutgoingMessage {
  return { ...good, headers: new Map([...good.headers, [name, [value]]]) };
}

/** As the judge names dead letters. */
function nameOf({ headers }: OutgoingMessage): string {
  const [video, frame] = ['video_name', 'frame'].map((name) => {
    const values = headers.get(name);
    return values === undefined ? '' : String(Buffer.from(values.at(-1) ?? []));
  });
  return `${video ?? ''}:${frame ?? ''}`;
}
