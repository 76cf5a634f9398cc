import { execa } from 'execa';
import { bundledFfmpeg, modernFfmpeg } from '../../support/modern-ffmpeg.js';

/** How a random clip is made. */
export interface Recipe {
  readonly name: string;
  readonly ffmpeg: string;
  readonly args: readonly string[];
}

/** Numbers that a seed determines: mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296;
  };
}

class Dice {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = randomOf(seed);
    // The first numbers of neighbouring seeds are alike.
    for (let n = 0; n < 8; n++) this.#random();
  }

  upTo(most: number): number {
    return Math.floor(this.#random() * (most + 1));
  }

  one<T>(...choices: readonly T[]): T {
    return choices[this.upTo(choices.length - 1)] as T;
  }

  maybe<T>(chance: number, ...values: readonly T[]): readonly T[] {
    return this.#random() < chance ? values : [];
  }
}

const encoders: Readonly<Record<string, (dice: Dice, gop: number) => readonly string[]>> = {
  h264: (dice, gop) => [
    ...['-c:v', 'libx264', '-preset', dice.one('ultrafast', 'medium'), '-bf', `${dice.upTo(4)}`],
    ...['-refs', `${1 + dice.upTo(4)}`, '-sc_threshold', dice.one('0', '40')],
    ...['-x264-params', x264(dice, gop)],
    ...dice.maybe(0.1, '-flags', '+ildct+ilme'),
  ],
  hevc: (dice, gop) => [
    ...['-c:v', 'libx265', '-preset', 'ultrafast', '-tag:v', 'hvc1', '-x265-params'],
    [
      ...['log-level=none:pools=1:frame-threads=1', `keyint=${gop}:min-keyint=${1 + dice.upTo(gop - 1)}`],
      ...[`bframes=${dice.upTo(4)}`, `open-gop=${dice.one(0, 0, 1)}`, `b-pyramid=${dice.upTo(1)}`],
      ...dice.maybe(0.2, 'repeat-headers=1'),
      ...dice.maybe(0.2, 'radl=2'),
    ].join(':'),
  ],
  vp9: (dice) => [
    ...['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-row-mt', '0'],
    ...['-auto-alt-ref', `${dice.upTo(1)}`, '-lag-in-frames', `${dice.one(0, 16, 25)}`, '-b:v', '200k'],
  ],
  vp8: (dice) => [
    ...['-c:v', 'libvpx', '-deadline', 'good', '-cpu-used', '5', '-b:v', '200k'],
    ...['-auto-alt-ref', `${dice.upTo(1)}`, '-lag-in-frames', `${dice.one(0, 16)}`],
  ],
  av1: (dice) => [
    ...['-c:v', 'libaom-av1', '-cpu-used', '9', '-usage', dice.one('good', 'realtime'), '-b:v', '100k'],
    ...['-lag-in-frames', `${dice.one(0, 16)}`, '-row-mt', '0'],
  ],
};

function x264(dice: Dice, gop: number): string {
  return [
    ...[
      'threads=1',
      `min-keyint=${1 + dice.upTo(gop - 1)}`,
      `b-pyramid=${dice.one('none', 'normal', 'strict')}`,
    ],
    ...[`open-gop=${dice.one(0, 0, 0, 1)}`, `weightp=${dice.upTo(2)}`, `slices=${dice.one(1, 1, 3)}`],
    ...dice.maybe(0.2, 'repeat-headers=1'),
    ...dice.maybe(0.1, 'intra-refresh=1'),
    ...dice.maybe(0.1, 'fullrange=on'),
    ...dice.maybe(0.2, 'aud=1'),
  ].join(':');
}

/** Times that are even, uneven, or wander: of 25 frames a second, in a fine time base. */
const times = [
  'settb=1/90000,setpts=N*3600',
  'settb=1/90000,setpts=N*3600+900*mod(N*7\\,4)',
  'settb=1/1000,setpts=(N*N+N)*9',
  'settb=1/90000,setpts=N*3600+if(gt(N\\,20)\\,450000)',
  'settb=1/30000,setpts=N*1001',
  'settb=1/12345,setpts=N*411+floor(200*random(1))',
];

/** A short clip with a random structure: codec, groups, order and times of frames, container. */
export function recipeOf(seed: number): Recipe {
  const dice = new Dice(seed);
  const codecs = ['h264', 'h264', 'h264', 'hevc', 'hevc', 'vp9', 'vp8'];
  const codec = dice.one(...codecs, ...(modernFfmpeg === undefined ? [] : ['av1']));
  const ffmpeg =
    codec === 'av1' ? (modernFfmpeg ?? '') : dice.one(bundledFfmpeg, modernFfmpeg ?? bundledFfmpeg);
  const [frames, gop] = [1 + dice.upTo(70), dice.one(1, 2 + dice.upTo(10), 8 + dice.upTo(40))];
  const size = dice.one('96x64', '98x66', '128x96', '64x128');
  const webm = codec.startsWith('vp') || codec === 'av1';
  const container = dice.one('mkv', codec === 'vp8' ? 'mkv' : 'mp4', webm ? 'webm' : 'mp4');
  const filters = [
    dice.one(...times),
    `setsar=${dice.one('1', '0', '4/3', '640/639')}`,
    ...dice.maybe(0.1, 'format=yuv444p'),
  ];
  return {
    name: `${seed}-${codec}.${container}`,
    ffmpeg,
    args: [
      ...['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=25`, '-frames:v', `${frames}`],
      ...['-vf', [...filters, ...(filters.length > 2 ? [] : ['format=yuv420p'])].join(',')],
      ...['-vsync', 'passthrough', '-enc_time_base', '1/90000', '-g', `${gop}`, '-threads', '1'],
      ...(encoders[codec]?.(dice, gop) ?? []),
      ...(container === 'mp4'
        ? dice.one([], [], ['-movflags', '+frag_keyframe+empty_moov'], ['-use_editlist', '0'])
        : []),
      ...dice.maybe(0.1, '-output_ts_offset', dice.one('3.3', '0.017')),
    ],
  };
}

/** @returns the path of the clip; undefined if this ffmpeg cannot make it */
export async function makeClip({ name, ffmpeg, args }: Recipe, folder: string): Promise<string | undefined> {
  const file = `${folder}/${name}`;
  const { exitCode } = await execa(ffmpeg, ['-v', 'error', '-y', '-nostdin', ...args, file], {
    reject: false,
  });
  return exitCode === 0 ? file : undefined;
}

/** An IVF file with another packet, behind the one with this number. */
export function withPacket(ivf: Buffer, after: number, packet: Buffer): Buffer {
  const pieces = [ivf.subarray(0, 32)];
  const add = (data: Buffer): void => {
    const header = Buffer.alloc(12);
    header.writeUInt32LE(data.length);
    header.writeUInt32LE(pieces.length - 1, 4);
    pieces.push(Buffer.concat([header, data]));
  };
  for (let at = 32; at < ivf.length;) {
    const end = at + 12 + ivf.readUInt32LE(at);
    add(ivf.subarray(at + 12, end));
    if (pieces.length - 1 === after + 1) add(packet);
    at = end;
  }
  return Buffer.concat(pieces);
}
