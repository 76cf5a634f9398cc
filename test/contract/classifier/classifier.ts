import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { Engine } from '../../../src/core/classifier/engine.js';
import { engines } from '../../../src/core/classifier/engines/index.js';
import { loadModel } from '../../../src/core/classifier/load-model.js';
import type { Classification, EngineName } from '../../../src/core/classifier/port.js';
import type { Prediction } from '../../../src/core/frames/frame.js';
import { messageOf } from '../../../src/core/base/errors.js';

/** What the original PyTorch network says of a reference picture: its top five, best first. */
export interface Reference {
  readonly name: string;
  /** 224×224 PNG, the network's input as it is. */
  readonly picture: Buffer;
  readonly expected: readonly {
    readonly index: number;
    readonly label: string;
    readonly probability: number;
  }[];
}

const folder = new URL('../../fixtures/reference/', import.meta.url);

export const model = await loadModel('efficientnet-lite0');

export async function references(): Promise<Reference[]> {
  const text = await readFile(new URL('expected.json', folder), 'utf8');
  const expected = JSON.parse(text) as Record<string, Reference['expected']>;
  return Promise.all(
    Object.entries(expected).map(async ([name, top]) => ({
      name,
      picture: await readFile(new URL(`${name}.png`, folder)),
      expected: top,
    })),
  );
}

/** A larger picture whose centre crop of 224/256 is exactly the reference: the way through the worker changes no pixel. */
export function framed(picture: Buffer): Promise<Buffer> {
  return sharp(picture)
    .extend({ top: 16, bottom: 16, left: 16, right: 16, extendWith: 'mirror' })
    .png()
    .toBuffer();
}

/** A frame as a video has it: wide, larger than the input, JPEG. */
export function asFrame(picture: Buffer): Promise<Buffer> {
  return sharp(picture).resize(800, 450, { fit: 'cover', kernel: 'cubic' }).jpeg({ quality: 90 }).toBuffer();
}

export function loadEngine(name: EngineName): Promise<Engine> {
  return engines[name].loader().then((load) => load(model, { threads: 1 }));
}

/** Why an engine cannot be tested here. One that the environment names must work, so its absence is a failure. */
export async function reasonToSkip(name: EngineName): Promise<string | undefined> {
  if (name !== 'tfjs-node' || process.env.MVS_TFJS_NODE !== undefined) return undefined;
  try {
    await (await loadEngine(name))[Symbol.asyncDispose]();
    return undefined;
  } catch (error) {
    console.warn(`tfjs-node is not tested: ${messageOf(error)}. scripts/build-tfjs-node.sh makes it work.`);
    return messageOf(error);
  }
}

export function predictionsOf(answer: Classification | undefined): readonly Prediction[] {
  if (answer !== undefined && 'predictions' in answer) return answer.predictions;
  throw new Error(`no predictions but ${JSON.stringify(answer)}`);
}
