import { Flags } from '@oclif/core';
import { MvsError } from '../core/base/errors.js';
import { mustBeSampling, type SamplingMethod } from '../core/frames/sampling.js';
import type { Infer } from './infer.js';

/** Decimal notation, or a fraction such as a video's own 30000/1001. */
const notation = /^(\d{1,15}(?:\.\d+)?|\.\d+)(?:\/(\d{1,15}(?:\.\d+)?))?$/;

function numberOf(text: string): number {
  const [, numerator = NaN, denominator = 1] = notation.exec(text) ?? [];
  return Number(numerator) / Number(denominator);
}

function number(methodOf: (value: number) => SamplingMethod): ReturnType<typeof Flags.custom<number>> {
  return Flags.custom<number>({
    parse: (text) => {
      const value = numberOf(text);
      mustBeSampling(methodOf(value), text);
      return Promise.resolve(value);
    },
  });
}

const helpGroup = 'SAMPLING';

export const methodFlags = {
  every: Flags.integer({
    helpGroup,
    char: 'e',
    description: 'keep every Nth frame',
    env: 'MVS_EVERY',
    helpValue: 'N',
    min: 1,
    default: 3,
  }),
  fps: number((fps) => ({ fps }))({
    helpGroup,
    description: 'keep at most F frames per second, the first of each 1/F seconds (0.5, 1/10, 30000/1001)',
    env: 'MVS_FPS',
    helpValue: 'F',
  }),
  keyframes: Flags.boolean({
    helpGroup,
    description: 'keep key frames, which are coded without reference to other frames',
    env: 'MVS_KEYFRAMES',
  }),
  scene: number((scene) => ({ scene }))({
    helpGroup,
    description:
      'keep the first frame and every frame that differs from the previous one by more than T, 0–1 (0.4: cuts)',
    env: 'MVS_SCENE',
    helpValue: 'T',
  }),
};

/** A command line as oclif reads it. Which flags were typed, and not set by a variable or a default, counts too. */
export interface Parsed<Flags> {
  readonly flags: Flags;
  readonly metadata: { readonly flags: Readonly<Record<string, { setFromDefault?: boolean } | undefined>> };
  readonly raw: readonly { readonly type: string; readonly flag?: string }[];
}

/** How frames are chosen: by the command line, else by variables and files. @throws MvsError USAGE */
export function samplingOf({ flags, metadata, raw }: Parsed<Infer<typeof methodFlags>>): SamplingMethod {
  const { every, fps, keyframes, scene } = flags;
  const methods: [string, SamplingMethod | undefined][] = [
    ['every', metadata.flags.every?.setFromDefault ? undefined : { every }],
    ['fps', fps === undefined ? undefined : { fps }],
    ['keyframes', keyframes ? { keyframes } : undefined],
    ['scene', scene === undefined ? undefined : { scene }],
  ];
  const given = methods.flatMap(([name, method]) => (method ? [{ name, method }] : []));
  const typed = given.filter(({ name }) => raw.some(({ flag }) => flag === name));
  const [one, other] = typed.length > 0 ? typed : given;
  if (one && other) {
    throw new MvsError('USAGE', `--${one.name} and --${other.name} cannot be used together`, {
      hint: 'Give one of --every, --fps, --keyframes and --scene. To get the frames of both, produce twice.',
    });
  }
  return one?.method ?? { every };
}
