import { MvsError } from '../base/errors.js';

/** Which frames of a video are published. */
export type SamplingMethod =
  /** Frames N, 2N, 3N …, counted from 1. */
  | { readonly every: number }
  /** The first frame of each slot of 1/F seconds. */
  | { readonly fps: number }
  /** Frames that are coded without reference to others. */
  | { readonly keyframes: true }
  /** The first frame, and those that differ from the one before by more than this: 0–1. */
  | { readonly scene: number };

/** Numbers as `String` writes them, so that a method has one key; without exponents, which are not needed here. */
const written = /^(every|fps|scene)=(\d{1,15}(?:\.\d{1,20})?)$/;

/** As many digits as `written` takes. */
const maxEvery = 999_999_999_999_999;

const ranges = {
  every: `a whole number from 1 to ${maxEvery}`,
  fps: 'a number from 0.0001 to 1000, or a fraction such as 1/10',
  scene: 'a number from 0 to 1 with at most six decimal places',
};

const inRange = {
  every: (value: number) => Number.isSafeInteger(value) && value >= 1 && value <= maxEvery,
  fps: (value: number) => value >= 0.0001 && value <= 1000,
  scene: (value: number) => value <= 1 && Number(value.toFixed(6)) === value,
};

/** `every=3`, `fps=0.5`, `keyframes`, `scene=0.4`: methods with the same key choose the same frames. Called `sampling` in messages and records. */
export function samplingKey(method: SamplingMethod): string {
  if ('every' in method) return `every=${method.every}`;
  if ('fps' in method) return `fps=${method.fps}`;
  return 'scene' in method ? `scene=${method.scene}` : 'keyframes';
}

/** The method of a key; undefined for a text that is no key. */
export function samplingMethodOf(key: string): SamplingMethod | undefined {
  if (key === 'keyframes') return { keyframes: true };
  const [, kind, text] = written.exec(key) ?? [];
  const value = Number(text);
  if (String(value) !== text || !inRange[kind as keyof typeof inRange](value)) return undefined;
  if (kind === 'every') return { every: value };
  return kind === 'fps' ? { fps: value } : { scene: value };
}

export function isSamplingKey(text: string): boolean {
  return samplingMethodOf(text) !== undefined;
}

/** The N of `every=N`, whose frames follow from their number. Other samplings list their frames. */
export function everyOf(key: string): number | undefined {
  const method = samplingMethodOf(key);
  return method && 'every' in method ? method.every : undefined;
}

/** How many frames a video will yield; null if that is not known before they are decoded. */
export function estimate(
  method: SamplingMethod,
  {
    estimatedFrames,
    duration,
  }: { readonly estimatedFrames?: number | undefined; readonly duration?: number | undefined },
): number | null {
  if (estimatedFrames === undefined) return null;
  if ('every' in method) return Math.floor(estimatedFrames / method.every);
  if (!('fps' in method) || duration === undefined) return null;
  return Math.min(estimatedFrames, Math.ceil(duration * method.fps));
}

/**
 * @param given the number as the user wrote it
 * @throws MvsError USAGE if the number is out of range
 */
export function mustBeSampling(method: SamplingMethod, given?: string): void {
  const key = samplingKey(method);
  if (isSamplingKey(key)) return;
  const [kind = '', value] = key.split('=');
  const range = ranges[kind as keyof typeof ranges];
  throw new MvsError('USAGE', `${kind} must be ${range}, not ${given ?? value}`);
}
